//! The function in `QuickJS`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloudformation::viewer::{Pair, ViewerFunction};
use edge_resizer::Request;
use hmac::{Hmac, KeyInit, Mac};
use rquickjs::{Context, Ctx, Function, Module, Object, Runtime};
use sha2::{Digest, Sha256};

use crate::event::{Answer, call};

/// The shims that stand for CloudFront's modules, and what calls the function.
pub(crate) const CLOUDFRONT: &str = include_str!("shims/cloudfront.mjs");
const CRYPTO: &str = include_str!("shims/crypto.mjs");
pub(crate) const DRIVER: &str = include_str!("shims/driver.mjs");

/// An engine with a function in it, and a store.
pub(crate) struct Engine {
    runtime: Runtime,
    context: Context,
}

impl Engine {
    /// The function of pictures as it is deployed.
    pub(crate) fn new(pairs: &[Pair]) -> Self {
        Self::of(ViewerFunction::Pictures, pairs)
    }

    /// A function as it is deployed.
    pub(crate) fn of(function: ViewerFunction, pairs: &[Pair]) -> Self {
        Self::with_code(&function.code().unwrap(), pairs)
    }

    /// Any code of the function's form.
    pub(crate) fn with_code(code: &str, pairs: &[Pair]) -> Self {
        let runtime = Runtime::new().unwrap();
        let context = Context::full(&runtime).unwrap();
        let engine = Self { runtime, context };
        engine.context.with(|ctx| {
            let globals = ctx.globals();
            globals.set("sha256", Function::new(ctx.clone(), sha256)).unwrap();
            globals.set("hmacSha256", Function::new(ctx.clone(), hmac_sha256)).unwrap();
            Module::declare(ctx.clone(), "cloudfront", CLOUDFRONT).unwrap();
            Module::declare(ctx.clone(), "crypto", CRYPTO).unwrap();
            let code = format!("{code}\nexport {{ handler }};");
            Module::declare(ctx.clone(), "viewer", code).unwrap();
            Module::evaluate(ctx, "driver", DRIVER).unwrap();
        });
        engine.finish_jobs();
        engine.set_store(pairs);
        engine
    }

    /// Puts other pairs in the place of all that are in the store.
    pub(crate) fn set_store(&self, pairs: &[Pair]) {
        self.context.with(|ctx| {
            let store = Object::new(ctx.clone()).unwrap();
            for pair in pairs {
                store.set(pair.key.as_str(), pair.value.as_str()).unwrap();
            }
            ctx.globals().set("pairs", store).unwrap();
        });
    }

    /// What the function makes of a request.
    pub(crate) fn answer(&self, host: &str, request: &Request) -> Answer {
        let event = call(host, request);
        self.context.with(|ctx| function(&ctx, "begin").call::<_, ()>((event,)).unwrap());
        self.finish_jobs();
        let text: String = self.context.with(|ctx| ctx.globals().get("answer").unwrap());
        Answer::read(&text)
    }

    /// What the function told the log since the last time.
    pub(crate) fn logged(&self) -> Vec<String> {
        self.context.with(|ctx| ctx.eval("logged.splice(0)").unwrap())
    }

    /// How often `QuickJS` asks whether it should stop while the function answers a request: once for
    /// every call, and every turn of a loop. It tells only of every 10,000th time, so the request is
    /// answered often; the number is right to ten.
    pub(crate) fn steps(&self, host: &str, request: &Request) -> u64 {
        const TIMES: u64 = 1_000;
        const TOLD: u64 = 10_000;
        let told = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&told);
        self.runtime.set_interrupt_handler(Some(Box::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            false
        })));
        let event = call(host, request);
        for _ in 0..TIMES / 100 {
            self.context
                .with(|ctx| function(&ctx, "repeat").call::<_, ()>((event.as_str(), 100)).unwrap());
            self.finish_jobs();
        }
        self.runtime.set_interrupt_handler(None);
        self.logged();
        told.load(Ordering::Relaxed) * TOLD / TIMES
    }

    fn finish_jobs(&self) {
        while self.runtime.execute_pending_job().unwrap() {}
    }
}

fn function<'js>(ctx: &Ctx<'js>, name: &str) -> Function<'js> {
    ctx.globals().get(name).unwrap()
}

fn sha256(text: String) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

#[expect(clippy::needless_pass_by_value, reason = "what JavaScript calls is given its arguments")]
pub(crate) fn hmac_sha256(key: String, text: String) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}
