//! A plain client for the tests.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::{Options, QueueSpec, Running, start};

pub(super) const ADD: &str = "/odata/Queues/UiPathODataSvc.AddQueueItem";
pub(super) const BULK: &str = "/odata/Queues/UiPathODataSvc.BulkAddQueueItems";

/// A sandbox with the queues `Invoices` and `Unique`, and a token for it.
pub(super) struct Bench {
    pub(super) sandbox: Running,
    pub(super) http: reqwest::Client,
    pub(super) token: String,
}

/// An answer, its body as JSON where it is some.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Got {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    /// Status, code and message of an error.
    pub(super) fn error(&self) -> String {
        let body = self.json();
        format!("{} {} {}", self.status, body["errorCode"], body["message"].as_str().unwrap_or_default())
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(super) async fn with(mut options: Options) -> Self {
        options.queues.extend(["Invoices", "Unique,unique"].map(|text| text.parse::<QueueSpec>().unwrap()));
        let sandbox = start(options).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let authority = sandbox.authority().map(|pem| reqwest::Certificate::from_pem(pem.as_bytes()).unwrap());
        let http = http.tls_certs_merge(authority).build().unwrap();
        let mut bench = Self { sandbox, http, token: String::new() };
        bench.token = bench.new_token("").await;
        bench
    }

    pub(super) async fn faulty(fault: &str) -> Self {
        Self::with(Options { faults: vec![fault.parse().unwrap()], ..Options::default() }).await
    }

    pub(super) async fn new_token(&self, scope: &str) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.sandbox.client_id()),
            ("client_secret", self.sandbox.client_secret()),
            ("scope", scope),
        ];
        let got = self.token_request(&self.sandbox.identity_url(), &form).await;
        got.json()["access_token"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) async fn token_request(&self, identity: &str, form: &[(&str, &str)]) -> Got {
        Self::send(self.http.post(format!("{identity}/connect/token")).form(form)).await.unwrap()
    }

    /// A request to a path below the API root, with token and folder.
    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}/orchestrator_{path}", self.sandbox.url()))
            .bearer_auth(&self.token)
            .header("X-UIPATH-OrganizationUnitId", self.sandbox.folder_id())
    }

    pub(super) async fn send(request: reqwest::RequestBuilder) -> Result<Got, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Got { status, headers, text: response.text().await? })
    }

    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Got {
        Self::send(self.request(Method::GET, path).query(query)).await.unwrap()
    }

    pub(super) async fn try_post(&self, path: &str, body: &Value) -> Result<Got, reqwest::Error> {
        Self::send(self.request(Method::POST, path).json(body)).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Got {
        self.try_post(path, body).await.unwrap()
    }

    /// Adds one item with these members.
    pub(super) async fn add(&self, queue: &str, mut item: Value) -> Got {
        item["Name"] = json!(queue);
        self.post(ADD, &json!({ "itemData": item })).await
    }

    /// Adds items, by their references.
    pub(super) async fn bulk(&self, queue: &str, commit: &str, references: &[&str]) -> Got {
        self.post(BULK, &bulk_body(queue, commit, references)).await
    }

    /// The references of a queue, in the order of its items.
    pub(super) fn references(&self, queue: &str) -> Vec<String> {
        self.sandbox.items(queue).into_iter().map(|item| item.reference.unwrap_or_default()).collect()
    }
}

pub(super) fn bulk_body(queue: &str, commit: &str, references: &[&str]) -> Value {
    let items: Vec<Value> = references
        .iter()
        .map(|reference| json!({ "Reference": reference, "Priority": "Normal", "SpecificContent": { "A": reference } }))
        .collect();
    json!({ "queueName": queue, "commitType": commit, "queueItems": items })
}

pub(super) const OK: u16 = StatusCode::OK.as_u16();
