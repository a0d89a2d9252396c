//! An answer of `CloudFront` in the shape in which the AWS CLI prints it.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

/// The answer as JSON, under the name of its root. Numbers and flags stay texts.
pub(crate) fn document(text: &str) -> Result<Value, roxmltree::Error> {
    let document = Document::parse(text)?;
    let root = document.root_element();
    let pairs = [(root.tag_name().name().to_owned(), value(root))];
    Ok(Value::Object(pairs.into_iter().collect()))
}

/// `Items` is a list whatever is in it; anything else with children is a table.
fn value(node: Node<'_, '_>) -> Value {
    let children = || node.children().filter(Node::is_element);
    if node.tag_name().name() == "Items" {
        return Value::Array(children().map(value).collect());
    }
    if children().next().is_none() {
        return Value::String(node.text().unwrap_or_default().to_owned());
    }
    let pairs = children().map(|child| (child.tag_name().name().to_owned(), value(child)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_has_the_shape_of_the_cli() {
        let text = r#"<?xml version="1.0"?>
            <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
              <Aliases><Quantity>1</Quantity><Items><CNAME>aurora.example</CNAME></Items></Aliases>
              <Comment></Comment>
              <Origins><Quantity>0</Quantity><Items/></Origins>
              <Enabled>true</Enabled>
            </DistributionConfig>"#;
        let want = json!({ "DistributionConfig": {
            "Aliases": { "Quantity": "1", "Items": ["aurora.example"] },
            "Comment": "",
            "Origins": { "Quantity": "0", "Items": [] },
            "Enabled": "true",
        }});
        assert_eq!(document(text).unwrap(), want);
        assert!(document("<a>").is_err());
    }
}
