use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Address {
    Address::parse(text, Given::default()).unwrap()
}

fn refused(text: &str) -> String {
    Address::parse(text, Given::default()).unwrap_err().to_string()
}

#[test]
fn whatever_form_a_cloud_address_has_it_is_the_same_tenant() {
    for text in [
        "https://cloud.uipath.com/acme/Prod",
        "https://cloud.uipath.com/acme/Prod/",
        "cloud.uipath.com/acme/Prod",
        " <https://cloud.uipath.com//acme/Prod/orchestrator_/> ",
        "https://cloud.uipath.com/acme/Prod/orchestrator_/odata/QueueDefinitions?$top=1",
        "https://cloud.uipath.com/acme/Prod/odata/",
        "https://CLOUD.uipath.com/acme/Prod/orchestrator_/queues?tid=7&fid=4242",
    ] {
        let address = parse(text);
        assert_eq!(address.deployment, Deployment::Cloud, "{text}");
        assert_eq!(address.api_root.as_str(), "https://cloud.uipath.com/acme/Prod/orchestrator_/", "{text}");
        assert_eq!(address.token_endpoint().as_str(), "https://cloud.uipath.com/identity_/connect/token", "{text}");
        assert_eq!(address.base(), "https://cloud.uipath.com/acme/Prod", "{text}");
        assert_eq!(address.tenant_header(), None, "{text}");
    }
}

#[test]
fn a_page_of_the_browser_gives_the_folder() {
    let page = "https://cloud.uipath.com/acme/Prod/orchestrator_/queues/12/transactions?tid=7&fid=4242&index=0";
    assert_eq!(parse(page).folder_id, Some(4242));
    assert_eq!(parse("https://orchestrator.acme.local/#/queues?fid=17").folder_id, Some(17));
    assert_eq!(parse("https://cloud.uipath.com/acme/Prod?fid=x").folder_id, None);
}

#[test]
fn every_host_of_uipath_is_the_cloud_and_a_name_like_it_is_not() {
    for host in ["staging.uipath.com", "govcloud.uipath.us", "acme.dedicated.uipath.com"] {
        let address = parse(&format!("https://{host}/acme/Prod"));
        assert_eq!(address.deployment, Deployment::Cloud);
        assert_eq!(address.token_endpoint().as_str(), format!("https://{host}/identity_/connect/token"));
    }
    assert_eq!(parse("https://notuipath.com/acme/Prod").deployment, Deployment::AutomationSuite);
}

#[test]
fn two_segments_on_another_host_are_automation_suite() {
    let address = parse("https://suite.acme.local/acme/Prod");
    assert_eq!(address.deployment, Deployment::AutomationSuite);
    assert_eq!(address.api_root.as_str(), "https://suite.acme.local/acme/Prod/orchestrator_/");
    assert_eq!(address.token_endpoint().as_str(), "https://suite.acme.local/identity_/connect/token");
}

#[test]
fn a_host_alone_or_with_a_page_is_a_standalone_server() {
    for text in [
        "https://orchestrator.acme.local",
        "orchestrator.acme.local/odata",
        "https://orchestrator.acme.local/swagger/index.html",
    ] {
        let address = Address::parse(text, Given { tenant: Some("Default"), ..Given::default() }).unwrap();
        assert_eq!(address.deployment, Deployment::Standalone, "{text}");
        assert_eq!(address.api_root.as_str(), "https://orchestrator.acme.local/", "{text}");
        assert_eq!(
            address.token_endpoint().as_str(),
            "https://orchestrator.acme.local/identity/connect/token",
            "{text}"
        );
        assert_eq!(address.tenant_header(), Some("Default"), "{text}");
    }
}

#[test]
fn the_sandbox_is_reached_in_both_layouts() {
    let address = parse("http://127.0.0.1:8787/sandbox/Default");
    assert_eq!(address.api_root.as_str(), "http://127.0.0.1:8787/sandbox/Default/orchestrator_/");
    assert_eq!(address.token_endpoint().as_str(), "http://127.0.0.1:8787/identity_/connect/token");
    assert_eq!(parse("localhost:8787").token_endpoint().as_str(), "http://localhost:8787/identity/connect/token");
    assert!(address.is_loopback());
}

#[test]
fn a_host_with_letters_of_its_country_is_asked_by_its_other_name() {
    let address = parse("https://orchestrator.müller.example");
    assert_eq!(address.api_root.host_str(), Some("orchestrator.xn--mller-kva.example"));
}

#[test]
fn another_identity_server_is_named_by_its_base() {
    for identity in
        ["https://id.acme.local/identity_", "https://id.acme.local/identity_/connect/token", "id.acme.local/identity_/"]
    {
        let given = Given { identity: Some(identity), ..Given::default() };
        let address = Address::parse("https://orchestrator.acme.local", given).unwrap();
        assert_eq!(address.token_endpoint().as_str(), "https://id.acme.local/identity_/connect/token");
    }
}

#[test]
fn uipaths_own_three_variables_say_the_same() {
    let given = Given { tenant: Some("Prod"), ..Given::default() };
    let cloud = Address::from_parts(None, "acme", given).unwrap();
    assert_eq!(cloud.base(), "https://cloud.uipath.com/acme/Prod");
    let suite = Address::from_parts(Some("https://suite.acme.local/"), "acme", given).unwrap();
    assert_eq!(suite.base(), "https://suite.acme.local/acme/Prod");
}

#[test]
fn a_tenant_can_be_named_beside_the_address() {
    let given = Given { tenant: Some("Prod"), ..Given::default() };
    assert_eq!(Address::parse("https://cloud.uipath.com/acme", given).unwrap().tenant.as_deref(), Some("Prod"));
}

#[test]
fn plain_http_is_for_this_machine_unless_allowed() {
    assert!(Address::parse("http://orchestrator.acme.local", Given::default()).is_err());
    let given = Given { plain_http: PlainHttp::Anywhere, ..Given::default() };
    assert_eq!(Address::parse("http://orchestrator.acme.local", given).unwrap().api_root.scheme(), "http");
    let given = Given { identity: Some("http://id.acme.local"), ..Given::default() };
    assert!(
        Address::parse("https://orchestrator.acme.local", given).is_err(),
        "the secret goes to the identity server"
    );
}

#[test]
fn what_is_not_understood_is_said() {
    insta::assert_snapshot!(refused("https://cloud.uipath.com"), @"the address names no organisation and tenant");
    insta::assert_snapshot!(refused("https://cloud.uipath.com/acme/portal_/admin"), @"the address names the organisation `acme` but no tenant");
    insta::assert_snapshot!(refused("https://suite.acme.local/acme"), @"it is not clear what `/acme` in the address is");
    insta::assert_snapshot!(refused("http://orchestrator.acme.local"), @"`http://orchestrator.acme.local` would send the secret readably over the network");
    insta::assert_snapshot!(refused("ftp://orchestrator.acme.local"), @"`ftp:` is not the scheme of an Orchestrator; `https:` is");
    insta::assert_snapshot!(refused("https://me:hunter2@cloud.uipath.com/acme/Prod"), @"the address holds a user name or password");
    insta::assert_snapshot!(refused("https://"), @"`https://` is not a web address");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        let _ = Address::parse(&text, Given::default());
    }

    #[test]
    fn the_base_gives_the_same_again(path in "[ -~]{0,30}", host in prop::sample::select(vec!["cloud.uipath.com", "a.local", "127.0.0.1:81"])) {
        if let Ok(mut address) = Address::parse(&format!("https://{host}/{path}"), Given::default()) {
            let again = parse(&address.base());
            address.folder_id = None;
            prop_assert_eq!(again, address);
        }
    }
}
