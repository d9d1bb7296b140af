//! Opening the user's browser.

use std::process::{Command, Stdio};

use crate::auth::SECRET_VARIABLES;
use crate::profile::Environment;

/// Asks the system to show `url` in the browser; tells whether somebody took the request. The address holds no secret of ours.
pub(super) fn open(url: &str, environment: &Environment) -> bool {
    candidates(environment).into_iter().any(|mut words| {
        if words.iter().any(|word| word.contains("%s")) {
            for word in &mut words {
                *word = word.replace("%s", url);
            }
        } else {
            words.push(url.to_owned());
        }
        let Some((program, arguments)) = words.split_first() else { return false };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for variable in SECRET_VARIABLES {
            command.env_remove(variable);
        }
        // Not waited for: some start the browser itself, which stays.
        command.spawn().is_ok()
    })
}

/// `BROWSER` as other programs read it: commands separated by colons, `%s` standing for the address. Then the desktop's own way;
/// without a display that would be a browser in our terminal.
#[cfg(all(unix, not(target_os = "macos")))]
fn candidates(environment: &Environment) -> Vec<Vec<String>> {
    let named = environment.get("BROWSER").unwrap_or_default().split(':').filter_map(shlex::split);
    let mut all: Vec<Vec<String>> = named.filter(|words| !words.is_empty()).collect();
    if environment.get("DISPLAY").or_else(|| environment.get("WAYLAND_DISPLAY")).is_some() {
        all.push(vec![String::from("xdg-open")]);
    }
    all
}

#[cfg(target_os = "macos")]
fn candidates(_: &Environment) -> Vec<Vec<String>> {
    vec![vec![String::from("open")]]
}

#[cfg(windows)]
fn candidates(_: &Environment) -> Vec<Vec<String>> {
    vec![vec![String::from("rundll32"), String::from("url.dll,FileProtocolHandler")]]
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn the_browser_that_is_named_comes_before_the_desktop_and_without_either_there_is_none() {
        let named = Environment::from([("BROWSER", "firefox -P work %s:w3m"), ("DISPLAY", ":0")]);
        assert_eq!(candidates(&named), [vec!["firefox", "-P", "work", "%s"], vec!["w3m"], vec!["xdg-open"]]);
        assert!(candidates(&Environment::default()).is_empty());
        assert!(!open("http://localhost/", &Environment::from([("BROWSER", "/no/such/browser")])));
    }
}
