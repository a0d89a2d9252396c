//! What goes wrong on the way to AWS, and processes that die.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::cloud::{Cloud, Fate, Proxy};
use crate::operator::{Operator, Ran, fleet};

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        // Knuth's MMIX generator; the high bits are the good ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[tokio::test]
async fn throttling_faults_and_lost_answers_are_survived() {
    let Some(cloud) = Cloud::start().await else { return };
    let mut random = Random(7);
    let proxy = Proxy::start(&cloud, move |_| match random.below(40) {
        0 => Fate::Throttled,
        1 => Fate::Refused(503, "ServiceUnavailable"),
        2 => Fate::Lost,
        3 => Fate::Unanswered,
        _ => Fate::Answered,
    })
    .await;
    let operator = Operator::new(&proxy.endpoint, &fleet(4, ""));
    operator.run(&["deploy", "--yes"]).await.ended(0);
    let direct = Operator::new(&cloud.endpoint, &fleet(4, ""));
    direct.run(&["plan", "--exit-code"]).await.ended(0);
}

#[tokio::test]
async fn an_expired_token_says_what_to_do() {
    let Some(cloud) = Cloud::start().await else { return };
    let proxy = Proxy::start(&cloud, |_| Fate::Refused(403, "ExpiredToken")).await;
    let operator = Operator::new(&proxy.endpoint, &fleet(1, ""));
    let told = operator.run(&["plan"]).await.ended(2);
    assert_eq!(
        told.stderr,
        "error: asking who we are\n  because: ExpiredToken: ExpiredToken\n\nhint: the credentials have \
         expired: sign in again (`aws sso login`), then run\n      the same command; it goes on where \
         it stopped\n"
    );
}

#[tokio::test]
async fn a_process_that_dies_is_gone_on_with() {
    let Some(cloud) = Cloud::start().await else { return };
    // How many requests a deploy takes, so that deaths fall everywhere in it.
    let mut random = Random(11);
    let mut sites = 3;
    let mut http3 = true;
    let text = |sites: usize, http3: bool| fleet(sites, &format!("http3 = {http3}"));
    let deadline = Arc::new(AtomicUsize::new(usize::MAX));
    let dying = Arc::new(Notify::new());
    let proxy = {
        let (deadline, dying) = (Arc::clone(&deadline), Arc::clone(&dying));
        Proxy::start(&cloud, move |number| {
            match number.cmp(&deadline.load(Ordering::SeqCst)) {
                std::cmp::Ordering::Less => Fate::Answered,
                // The last request arrives or does not; its answer never comes.
                std::cmp::Ordering::Equal => {
                    dying.notify_one();
                    if number % 2 == 0 { Fate::Lost } else { Fate::Unanswered }
                }
                std::cmp::Ordering::Greater => Fate::Lost,
            }
        })
        .await
    };
    let operator = Operator::new(&proxy.endpoint, &text(sites, http3));
    let mut killed = 0;
    while killed < 50 {
        // Something new to do whenever the last was done.
        deadline
            .store(proxy.seen() + 1 + usize::try_from(random.below(60)).unwrap(), Ordering::SeqCst);
        let mut child = operator.begin(&["deploy", "--yes"]);
        let has_ended = tokio::select! {
            () = dying.notified() => false,
            _ = child.wait() => true,
        };
        if has_ended {
            sites += usize::from(http3 && sites < 8);
            http3 = !http3;
            operator.write(&text(sites, http3));
        } else {
            child.kill().await.unwrap();
            killed += 1;
        }
        deadline.store(usize::MAX, Ordering::SeqCst);
    }
    operator.run(&["deploy", "--yes"]).await.ended(0);
    operator.run(&["plan", "--exit-code"]).await.ended(0);

    // Nothing was done twice: each version is another state, and there is one distribution a site.
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let stacks = status.as_array().unwrap();
    assert_eq!(stacks.iter().filter(|stack| stack["site"].is_string()).count(), sites);
    for number in 0..sites {
        let site = format!("s{number:03}");
        let versions = operator.run(&["versions", &site, "--json"]).await.ended(0).json();
        let templates: Vec<_> =
            versions.as_array().unwrap().iter().map(|version| &version["template"]).collect();
        assert!(templates.windows(2).all(|pair| pair[0] != pair[1]), "{site}: {templates:?}");
    }
}

#[tokio::test]
async fn two_operators_do_not_deploy_the_same_site() {
    let Some(cloud) = Cloud::start().await else { return };
    // The first operator's lease is taken, then the command meets a network that holds its breath.
    let taken = Arc::new(Notify::new());
    let tell = Arc::clone(&taken);
    let proxy = Proxy::start(&cloud, move |number| {
        if number == 30 {
            tell.notify_one();
        }
        if number < 30 { Fate::Answered } else { Fate::Lost }
    })
    .await;
    let first = Operator::new(&proxy.endpoint, &fleet(3, ""));
    let child = first.begin(&["deploy", "--yes"]);
    taken.notified().await;

    let second = Operator::new(&cloud.endpoint, &fleet(3, "")).called("ben");
    let told = second.run(&["deploy", "--yes"]).await.ended(2);
    assert!(told.stderr.contains("is being deployed by ann@"), "{}", told.stderr);
    assert!(told.stderr.contains("--resume "), "{}", told.stderr);

    // Whoever knows that it is dead goes on with its run.
    drop(child);
    let run = told.stderr.split("--resume ").nth(1).unwrap().split('`').next().unwrap();
    let run = run.replace(['\n', ' '], "");
    second.run(&["deploy", "--yes", "--resume", &run]).await.ended(0);
    second.run(&["plan", "--exit-code"]).await.ended(0);
}

#[tokio::test]
async fn a_stack_that_cannot_be_made_says_why() {
    let Some(cloud) = Cloud::start().await else { return };
    let operator = Operator::new(&cloud.endpoint, &fleet(2, ""));
    let unasked = operator.run(&["deploy"]).await.ended(2);
    assert!(
        unasked.stderr.ends_with(
            "error: nobody is there to agree to the plan\n\nhint: say --yes where no person looks on\n"
        ),
        "{}",
        unasked.stderr
    );
    let status: Ran = operator.run(&["status", "--json"]).await;
    assert_eq!(status.ended(0).stdout, "[]\n");
}
