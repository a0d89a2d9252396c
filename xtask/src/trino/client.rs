//! SQL by HTTP: a statement is posted, and its rows come page by page from the addresses that the
//! answers name (<https://trino.io/docs/current/develop/client-protocol.html>).

use std::fmt;
use std::thread::sleep;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Somebody has to ask; servers without passwords take any name.
const USER: &str = "xtask";

/// A server that has just started knows of its own worker some seconds later; until then it refuses
/// statements over files. So often it is asked again, after so long.
const NO_WORKER_YET: (u32, Duration) = (40, Duration::from_millis(500));

/// A client of one server.
#[derive(Clone, Debug)]
pub struct Client {
    url: String,
    agent: ureq::Agent,
    /// Catalog and schema of names that stand alone.
    within: Option<(String, String)>,
}

/// What a statement gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// Names and types of its columns.
    pub columns: Vec<ResultColumn>,
    /// Its rows, as the server has them in JSON: decimals, dates and times are text.
    pub rows: Vec<Vec<Value>>,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ResultColumn {
    /// Its name.
    pub name: String,
    /// Its type, `timestamp(3)`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Why a statement has no result.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// The server does not answer as it should.
    #[error("asking {url}")]
    Http {
        /// Which address.
        url: String,
        /// What went wrong.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The engine refuses it, or failed.
    #[error("{name}: {message}")]
    Refused {
        /// The engine's own name of the error, `TABLE_NOT_FOUND`.
        name: String,
        /// What it says of it, with line and column.
        message: String,
    },
}

/// An answer of the server's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    columns: Option<Vec<ResultColumn>>,
    #[serde(default)]
    data: Vec<Vec<Value>>,
    error: Option<Refusal>,
    next_uri: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    error_name: String,
    message: String,
}

/// What a server tells of itself.
#[derive(Deserialize)]
struct Info {
    starting: bool,
}

impl Client {
    /// A client of the server at `url`, `http://127.0.0.1:8080`.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), agent: ureq::Agent::new_with_defaults(), within: None }
    }

    /// The same client, for whom tables named alone are those of a schema.
    #[must_use]
    pub fn within(self, catalog: impl Into<String>, schema: impl Into<String>) -> Self {
        Self { within: Some((catalog.into(), schema.into())), ..self }
    }

    /// Runs a statement, which has no semicolon behind it, up to its last row.
    ///
    /// # Errors
    /// Where the engine refuses it or fails, and where no server answers.
    pub fn run(&self, sql: &str) -> Result<Rows, SqlError> {
        let (times, pause) = NO_WORKER_YET;
        for _ in 0..times {
            match self.run_once(sql) {
                Err(SqlError::Refused { name, .. }) if name == "NO_NODES_AVAILABLE" => sleep(pause),
                result => return result,
            }
        }
        self.run_once(sql)
    }

    fn run_once(&self, sql: &str) -> Result<Rows, SqlError> {
        let url = format!("{}/v1/statement", self.url);
        let request = self.agent.post(&url).header("X-Trino-User", USER);
        // Until version 350 the server bore another name.
        let mut request = request.header("X-Presto-User", USER);
        if let Some((catalog, schema)) = &self.within {
            for name in ["Trino", "Presto"] {
                request = request.header(format!("X-{name}-Catalog"), catalog);
                request = request.header(format!("X-{name}-Schema"), schema);
            }
        }
        let mut page: Page = read(&url, request.send(sql))?;
        let mut rows = Rows::default();
        loop {
            if let Some(Refusal { error_name: name, message }) = page.error {
                return Err(SqlError::Refused { name, message });
            }
            rows.columns = page.columns.unwrap_or(rows.columns);
            rows.rows.append(&mut page.data);
            let Some(next) = page.next_uri else { return Ok(rows) };
            // The server holds the answer back until there is something to tell, or a second is over.
            page = read(&next, self.agent.get(&next).call())?;
        }
    }

    /// Whether the server is there and has all its catalogs.
    pub fn is_ready(&self) -> bool {
        let url = format!("{}/v1/info", self.url);
        let info: Result<Info, SqlError> = read(&url, self.agent.get(&url).call());
        info.is_ok_and(|info| !info.starting)
    }
}

type Response = ureq::http::Response<ureq::Body>;

fn read<T: for<'a> Deserialize<'a>>(
    url: &str,
    response: Result<Response, ureq::Error>,
) -> Result<T, SqlError> {
    let page = response.and_then(|mut response| {
        let body = response.body_mut().as_reader();
        serde_json::from_reader(body).map_err(|error| ureq::Error::Io(error.into()))
    });
    page.map_err(|source| SqlError::Http { url: url.to_owned(), source: Box::new(source) })
}

/// A header and the rows, with tabs between columns.
impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        writeln!(f, "{}", names.join("\t"))?;
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(cell).collect();
            writeln!(f, "{}", cells.join("\t"))?;
        }
        Ok(())
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use super::*;

    /// A server that gives these bodies, one for each request, and then what it was asked: `HERE`
    /// in them is its own address.
    fn server(bodies: &'static [&'static str]) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let here = url.clone();
        let asked = thread::spawn(move || {
            let answer = |body: &&str| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut request = String::new();
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if request.is_empty() {
                        request.push_str(line.trim());
                    }
                    if let Some(said) = line.to_lowercase().strip_prefix("content-length:") {
                        length = said.trim().parse().unwrap();
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut sent = vec![0; length];
                reader.read_exact(&mut sent).unwrap();
                let body = body.replace("HERE", &here);
                let head = format!("content-length: {}\r\nconnection: close", body.len());
                write!(stream, "HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}").unwrap();
                format!("{request} {}", String::from_utf8(sent).unwrap())
            };
            bodies.iter().map(answer).collect()
        });
        (url, asked)
    }

    #[test]
    fn pages_are_followed_to_the_last_row() {
        let (url, asked) = server(&[
            r#"{"id":"a","nextUri":"HERE/v1/statement/queued/1"}"#,
            r#"{"columns":[{"name":"n","type":"bigint"},{"name":"t","type":"varchar(1)"}],
                "data":[[1,"a"]],"nextUri":"HERE/v1/statement/executing/2"}"#,
            r#"{"columns":[{"name":"n","type":"bigint"},{"name":"t","type":"varchar(1)"}],
                "data":[[9007199254740993,null]]}"#,
        ]);
        let rows = Client::new(url).run("SELECT 1").unwrap();
        assert_eq!(rows.columns[0].kind, "bigint");
        assert_eq!(rows.to_string(), "n\tt\n1\ta\n9007199254740993\tNULL\n");
        let want = [
            "POST /v1/statement HTTP/1.1 SELECT 1",
            "GET /v1/statement/queued/1 HTTP/1.1 ",
            "GET /v1/statement/executing/2 HTTP/1.1 ",
        ];
        assert_eq!(asked.join().unwrap(), want);
    }

    #[test]
    fn an_error_has_the_engines_own_name() {
        let (url, _) = server(&[
            r#"{"error":{"message":"line 1:8: Column 'x' cannot be resolved","errorName":"COLUMN_NOT_FOUND"}}"#,
        ]);
        let error = Client::new(url).run("SELECT x").unwrap_err();
        let want = "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved";
        assert_eq!(error.to_string(), want);
    }

    #[test]
    fn nobody_there_is_not_ready() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(!Client::new(format!("http://{free}")).is_ready());
    }
}
