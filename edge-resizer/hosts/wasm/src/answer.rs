//! Answers for the host to send.

use edge_resizer::Response;
use wasm_bindgen::prelude::wasm_bindgen;

/// Status, headers and body of an answer.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Answer(Response);

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self(response)
    }
}

#[wasm_bindgen]
impl Answer {
    /// The status, 200 to 599.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    /// The headers as a JSON list of `[name, value]`, names in lower case.
    #[wasm_bindgen(getter)]
    pub fn headers(&self) -> String {
        let headers: Vec<(&str, String)> = self
            .0
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into()))
            .collect();
        serde_json::to_string(&headers).unwrap_or_default()
    }

    /// How many bytes the body has.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.0.body.len()
    }

    /// The body, given away: the next call gives none.
    #[wasm_bindgen(js_name = takeBody)]
    pub fn take_body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0.body).into()
    }
}
