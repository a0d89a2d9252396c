//! Cloudflare's Rules language, in which a zone's rules say which requests they are about and what
//! they write.
//!
//! ```text
//! text -> tree with its places      parse, expression; names from field and function
//!      -> what is wrong with it     check, issue
//!      -> its canonical text        print
//!      -> its value for a request   evaluate, request, value
//! ```
//!
//! An expression with a field or function that nobody knows is read all the same: what it stands
//! for is [`Value::Unknown`], and [`Expression::check`] tells where and why. The language is told
//! in `docs/rules-language.md`.
//!
//! ```
//! use cloudflare_rules::{Request, Truth, parse};
//!
//! let rule = parse(r#"http.host=="shop.example" && (starts_with(http.request.uri.path,"/a/"))"#)?;
//! assert_eq!(
//!     rule.to_string(),
//!     r#"http.host eq "shop.example" and starts_with(http.request.uri.path, "/a/")"#
//! );
//! let request = Request::get("https://shop.example/a/vase.jpg");
//! assert_eq!(rule.matches(&request), Truth::True);
//! # Ok::<(), cloudflare_rules::Issue>(())
//! ```

mod parse;

mod expression;
mod field;
mod function;
mod kind;
mod literal;
mod names;
mod pattern;

mod check;
mod issue;

mod print;

mod evaluate;
mod list;
mod request;
mod value;

pub use expression::{Call, Comparison, Expression, Index, Item, Literal, Logical, Node, Order};
pub use field::{Category, Counterpart, Field, fields};
pub use function::{Accepts, Form, Function, Parameter, Returns, functions};
pub use issue::Issue;
pub use kind::Type;
pub use list::List;
pub use parse::{MAX_NESTING, parse};
pub use pattern::{Pattern, Wildcard};
pub use request::{Request, Response};
pub use value::{Truth, Value};
