//! An identity server that knows one application.

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;

/// The application's secret, which must be found nowhere.
pub(crate) const SECRET: &str = "uiq-marker-9f2c7d";

pub(crate) struct Identity {
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl Identity {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/identity_/connect/token", post(token));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { address, _runtime: runtime }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/acme/Prod", self.address)
    }
}

async fn token(form: String) -> (StatusCode, &'static str) {
    if form.contains(&format!("client_secret={SECRET}")) {
        (
            StatusCode::OK,
            r#"{"access_token":"token-for-app","expires_in":3600,"token_type":"Bearer","scope":"OR.Queues"}"#,
        )
    } else {
        (StatusCode::BAD_REQUEST, r#"{"error":"invalid_client"}"#)
    }
}
