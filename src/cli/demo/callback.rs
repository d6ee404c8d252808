//! The demo app's redirect URI: shows the code that came, and the command that exchanges it.

use std::io;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::cli::demo::seed::Exchange;

/// A request line with code, state and issuer fits several times.
const LONGEST_REQUEST: usize = 8 * 1024;

const PATIENCE: Duration = Duration::from_secs(5);

/// Answers the browser that comes back from the consent page, again and again.
pub async fn answer(listener: TcpListener, exchange: Exchange) {
    while let Ok((mut stream, _)) = listener.accept().await {
        // A browser that went away meanwhile can come again.
        let _ = timeout(PATIENCE, show(&mut stream, &exchange)).await;
    }
}

async fn show(stream: &mut TcpStream, exchange: &Exchange) -> io::Result<()> {
    let mut request = vec![0; LONGEST_REQUEST];
    let length = stream.read(&mut request).await?;
    let request = String::from_utf8_lossy(&request[..length]);
    let target = request.split(' ').nth(1).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let code = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code");
    // The server makes codes of base64url characters, so nothing in one needs quoting.
    let code = code.map(|(_, code)| code.into_owned()).filter(|code| is_base64url(code));
    let text = match code {
        Some(code) => exchange.command(&code),
        None => "There is no code in this address: the person did not allow it.\n".to_owned(),
    };
    print!("\n{text}");
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

fn is_base64url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

impl Exchange {
    fn command(&self, code: &str) -> String {
        let Self { issuer, client_id, client_secret, redirect_uri } = self;
        let client_secret = client_secret.reveal();
        format!(
            "\
The app got this code, good for ten minutes and for one use. Exchange it for tokens:

  curl {issuer}/token -u '{client_id}:{client_secret}' \\
    -d grant_type=authorization_code -d code={code} \\
    --data-urlencode redirect_uri={redirect_uri}

With the access token of the answer:

  curl -H 'Authorization: Bearer OAUTH2....' {issuer}/api/me

With its refresh token, for the next pair:

  curl {issuer}/token -u '{client_id}:{client_secret}' \\
    -d grant_type=refresh_token -d refresh_token=REFRESH....
"
        )
    }
}
