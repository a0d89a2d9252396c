//! Certificates and records: all that comes before shoppers are led to CloudFront, and the way back.

use hickory_resolver::proto::rr::RecordType;

use crate::account::Account;
use crate::cloud::Cloud;
use crate::name_server;
use crate::operator::{Operator, Ran, sites};

/// `in53`, whose zone is in Route 53, and `else`, whose zone is not.
fn fleet() -> String {
    sites(
        "",
        "[[sites]]\nname = \"in53\"\ndomains = [\"in53.example\", \"www.in53.example\"]\n\
         zone = { name = \"in53.example\" }\n\n\
         [[sites]]\nname = \"else\"\ndomains = [\"else.example\", \"www.else.example\"]\n\
         zone = { name = \"else.example\", host = \"other\" }\n",
    )
}

/// Requests and issues the certificates, and deploys.
async fn deployed(operator: &Operator, account: &Account) {
    let nothing = name_server::start(Vec::new()).await.to_string();
    operator.run(&["certs", "request", "--all", "--yes", "--resolver", &nothing]).await.ended(0);
    for arn in account.certificates().await {
        account.issue(&arn).await;
    }
    operator.run(&["deploy", "--yes"]).await.ended(0);
}

/// A port at which nobody answers.
const NOBODY: &str = "127.0.0.1:1";

async fn targets(operator: &Operator) -> (String, String) {
    let status = operator.run(&["status", "--json"]).await.ended(0).json();
    let of = |site: &str| {
        let stack = status
            .as_array()
            .expect("a site of the status")
            .iter()
            .find(|it| it["site"] == site)
            .expect("a site of the status");
        stack["domain"].as_str().expect("a site of the status").to_owned()
    };
    (of("in53"), of("else"))
}

#[tokio::test]
async fn certificates_are_requested_once() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let zone = account.zone("in53.example").await;
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let list = operator.run(&["certs", "list", "--exit-code"]).await.ended(1);
    assert_eq!(
        list.stdout,
        "SITE  STATUS  DAYS  RENEWED  FROM  USED BY  CERTIFICATE\n\
         in53  none    -     -        -     0        -\n\
         else  none    -     -        -     0        -\n"
    );

    let nothing = name_server::start(Vec::new()).await.to_string();
    let request =
        ["certs", "request", "--all", "--yes", "--format", "bind", "--resolver", &nothing];
    let told = operator.run(&request).await.ended(0);
    let arns = account.certificates().await;
    assert_eq!(arns.len(), 2);
    // Route 53 has the records of its zone, and the rest is there to be pasted.
    let written = account.records(&zone).await;
    assert_eq!(written.len(), 2, "{written:?}");
    assert!(written.iter().all(|it| it.contains(" CNAME _") && it.ends_with(" 300")));
    let lines: Vec<&str> = told.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", told.stdout);
    assert!(lines[0].starts_with('_') && lines[0].contains(".else.example.\t300\tIN\tCNAME\t_"));
    let owner = |name: &'static str| [("cdn:fleet", "shops"), ("cdn:site", name)];
    for arn in &arns {
        let tags = account.tags(arn).await;
        let tags: Vec<_> = tags.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        assert!(tags == owner("in53") || tags == owner("else"), "{tags:?}");
    }

    let again = operator.run(&request).await.ended(0);
    assert_eq!(again.stdout, told.stdout);
    assert_eq!(account.certificates().await, arns);
    let records = operator.run(&["certs", "records", "in53", "--json"]).await.ended(0).json();
    let states: Vec<_> = records.as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["present", "present"]);

    // Waiting is neither an error nor good.
    operator.run(&["certs", "list", "--exit-code", "--expires-within", "30"]).await.ended(0);
    let begun = operator.begin(&["certs", "request", "in53", "--wait", "--yes"]);
    for arn in &arns {
        account.issue(arn).await;
    }
    let waited = Ran::of(begun.wait_with_output().await.unwrap()).ended(0);
    assert!(waited.stderr.ends_with("All are issued: `cdn-cli deploy` takes them.\n"));
    let list = operator.run(&["certs", "list", "--json"]).await.ended(0).json();
    for line in list.as_array().unwrap() {
        assert_eq!(line["status"], "issued");
        assert_eq!(line["renewed_by_acm"], true);
        assert_eq!(line["uncovered"], serde_json::json!([]));
    }
    operator.run(&["certs", "list", "--exit-code"]).await.ended(0);
    operator.run(&["certs", "list", "--exit-code", "--expires-within", "1000"]).await.ended(1);
}

#[tokio::test]
async fn a_certificate_that_fails_says_why() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    account.zone("in53.example").await;
    let operator = Operator::new(&cloud.endpoint, &fleet());
    operator.run(&["certs", "request", "in53", "--yes"]).await.ended(0);
    let first = account.certificates().await;
    let begun = operator.begin(&["certs", "request", "in53", "--wait", "--yes"]);
    account.fail(&first[0], "CAA_ERROR").await;
    let told = Ran::of(begun.wait_with_output().await.unwrap());
    // Where the failure came before the command looked, another was requested in its place.
    if account.certificates().await == first {
        let told = told.ended(2);
        let error = told.stderr.split_once("error: ").unwrap().1;
        assert_eq!(
            error,
            "the certificate for in53.example, www.in53.example is failed: CAA_ERROR\n\n\
             hint: a CAA record of the domain, or of one above it, names other authorities:\n      \
             add `0 issue \"amazon.com\"`, then request again\n"
        );
        operator.run(&["certs", "list", "in53", "--exit-code"]).await.ended(1);
        operator.run(&["certs", "request", "in53", "--yes"]).await.ended(0);
    }
    assert_eq!(account.certificates().await.len(), 2);
}

#[tokio::test]
async fn traffic_shifts_and_comes_back() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let zone = account.zone("in53.example").await;
    account.put(&zone, "in53.example", "A", 3600, "192.0.2.1").await;
    account.put(&zone, "www.in53.example", "CNAME", 120, "shops.old.example").await;
    let operator = Operator::new(&cloud.endpoint, &fleet());
    let early = operator.run(&["dns", "apply", "in53", "--yes"]).await.ended(2);
    assert_eq!(
        early.stderr,
        "error: the site `in53` is not deployed\n\nhint: `cdn-cli deploy in53` first\n"
    );
    deployed(&operator, &account).await;
    let (target, _) = targets(&operator).await;
    let addresses = async || {
        let records = account.records(&zone).await;
        let is_meant = |it: &String| !it.starts_with('_');
        records.into_iter().filter(is_meant).collect::<Vec<_>>()
    };
    let before = addresses().await;
    assert_eq!(
        before,
        ["in53.example. A 192.0.2.1 3600", "www.in53.example. CNAME shops.old.example 120"]
    );

    let plan = operator.run(&["dns", "plan", "in53", "--exit-code"]).await.ended(1);
    assert_eq!(
        plan.stdout.replace(&target, "TARGET"),
        "in53\n  in53.example: to change (Route 53)\n    wanted  A alias TARGET\n    \
         wanted  AAAA alias TARGET\n    now     A 192.0.2.1, TTL 3600\n    \
         note    resolvers keep what is there for 3600 s: lower its TTL to 300, and\n            \
         wait as long, before the cut-over\n  \
         www.in53.example: to change (Route 53)\n    wanted  A alias TARGET\n    \
         wanted  AAAA alias TARGET\n    now     CNAME shops.old.example, TTL 120\n"
    );

    let apply = operator.run(&["dns", "apply", "in53", "--weight", "5", "--yes"]).await.ended(0);
    assert_eq!(
        apply.stderr.replace(&target, "TARGET"),
        "in53.example\n  - A 192.0.2.1, TTL 3600\n  + A 192.0.2.1, TTL 60, weight 95\n  \
         + A alias TARGET, weight 5\nwww.in53.example\n  - CNAME shops.old.example, TTL 120\n  \
         + CNAME shops.old.example, TTL 60, weight 95\n  + CNAME TARGET, TTL 60, weight 5\n\
         Done: 2 domains changed.\n5 % is at CloudFront: `cdn-cli dns apply in53 --weight 25` brings \
         more, and\n`cdn-cli dns apply in53 --back` goes back.\n"
    );
    let shares = |new: u8| {
        let old = 100 - new;
        [
            format!("in53.example. A 192.0.2.1 60 weight {old}"),
            format!("in53.example. A alias {target} weight {new}"),
            format!("www.in53.example. CNAME shops.old.example 60 weight {old}"),
            format!("www.in53.example. CNAME {target} 60 weight {new}"),
        ]
    };
    assert_eq!(addresses().await, shares(5));
    let plan = operator.run(&["dns", "plan", "in53", "--json"]).await.ended(0).json();
    assert_eq!(plan["domains"][0]["verdict"], "shifting");

    operator.run(&["dns", "apply", "in53", "--weight", "25", "--yes"]).await.ended(0);
    assert_eq!(addresses().await, shares(25));
    operator.run(&["dns", "apply", "in53", "--yes"]).await.ended(0);
    let whole: Vec<String> = ["in53.example.", "www.in53.example."]
        .iter()
        .flat_map(|name| ["A", "AAAA"].map(|kind| format!("{name} {kind} alias {target}")))
        .collect();
    assert_eq!(addresses().await, whole);
    operator.run(&["dns", "plan", "in53", "--exit-code"]).await.ended(0);
    let again = operator.run(&["dns", "apply", "in53", "--yes"]).await.ended(0);
    assert_eq!(again.stderr, "Nothing to do: the records are as desired.\n");

    // From the whole to a part, and all the way back to the letter.
    operator.run(&["dns", "apply", "in53", "--weight", "50", "--yes"]).await.ended(0);
    assert_eq!(addresses().await, shares(50));
    operator.run(&["dns", "apply", "in53", "--back", "--yes"]).await.ended(0);
    assert_eq!(addresses().await, before);
    let again = operator.run(&["dns", "apply", "in53", "--back", "--yes"]).await.ended(0);
    assert_eq!(again.stderr, "Nothing to do: the records are as desired.\n");
}

#[tokio::test]
async fn another_host_is_asked_and_told() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    account.zone("in53.example").await;
    let operator = Operator::new(&cloud.endpoint, &fleet());
    deployed(&operator, &account).await;
    let (_, target) = targets(&operator).await;
    let server = name_server::start(vec![
        ("else.example.", RecordType::A, 60, "192.0.2.1".to_owned()),
        ("else.example.", RecordType::CAA, 60, "0 issue \"letsencrypt.org\"".to_owned()),
        ("www.else.example.", RecordType::CNAME, 7200, "shops.old.example.".to_owned()),
    ])
    .await;
    let server = server.to_string();
    let plan = operator.run(&["dns", "plan", "else", "--resolver", &server]).await.ended(0);
    let (domains, proofs) = plan.stdout.split_once("else.example: for its certificate").unwrap();
    assert_eq!(
        domains.replace(&target, "TARGET"),
        "else\n  else.example: to change (another host)\n    wanted  CNAME TARGET, TTL 300\n    \
         now     A 192.0.2.1, TTL 60\n    \
         note    the name of the zone: an ALIAS, ANAME or flattened CNAME\n    \
         note    CAA keeps Amazon from issuing (0 issue \"letsencrypt.org\"): add 0\n            \
         issue \"amazon.com\"\n  www.else.example: to change (another host)\n    \
         wanted  CNAME TARGET, TTL 300\n    now     CNAME shops.old.example, TTL 7200\n    \
         note    resolvers keep what is there for 7200 s: lower its TTL to 300, and\n            \
         wait as long, before the cut-over\n    \
         note    CAA keeps Amazon from issuing (0 issue \"letsencrypt.org\"): add 0\n            \
         issue \"amazon.com\"\n"
    );
    assert_eq!(proofs.matches(", missing\n").count(), 2, "{proofs}");

    let form = async |form: &str| {
        let arguments = ["dns", "plan", "else", "--resolver", &server, "--format", form];
        operator.run(&arguments).await.ended(0).stdout.replace(&target, "TARGET")
    };
    let bind = form("bind").await;
    let lines: Vec<&str> = bind.lines().collect();
    assert_eq!(lines.len(), 4, "{bind}");
    assert_eq!(lines[0], "; else.example: ALIAS or ANAME to TARGET.");
    assert_eq!(lines[1], "www.else.example.\t300\tIN\tCNAME\tTARGET.");
    let cloudflare = form("cloudflare").await;
    let lines: Vec<&str> = cloudflare.lines().collect();
    assert_eq!(lines[0], "else.example.\t300\tIN\tCNAME\tTARGET. ; cf_tags=cf-proxied:false");
    assert!(lines.iter().all(|line| line.ends_with(". ; cf_tags=cf-proxied:false")));

    // Once all of it is there, nothing is to be done.
    let records = ["certs", "records", "else", "--json", "--resolver", NOBODY];
    let told = operator.run(&records).await.ended(0);
    assert_eq!(told.stderr, "No name server answers: --resolver names another.\n");
    let records = told.json();
    let mut zone = vec![
        ("www.else.example.", RecordType::CNAME, 300, format!("{target}.")),
        // A host that flattens answers with the target's addresses.
        ("else.example.", RecordType::A, 60, "198.51.100.7".to_owned()),
    ];
    for record in records.as_array().unwrap() {
        assert_eq!(record["state"], "not-checked");
        let text = |it: &serde_json::Value| format!("{}.", it.as_str().unwrap());
        let name: &'static str = text(&record["record"]["name"]).leak();
        zone.push((name, RecordType::CNAME, 300, text(&record["record"]["values"][0])));
    }
    zone.push((format!("{target}.").leak(), RecordType::A, 60, "198.51.100.7".to_owned()));
    let server = name_server::start(zone).await.to_string();
    operator.run(&["dns", "plan", "else", "--exit-code", "--resolver", &server]).await.ended(0);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let zone = account.zone("in53.example").await;
    let operator = Operator::new(&cloud.endpoint, &fleet());
    deployed(&operator, &account).await;
    let unknown = "error: there is no site `nobody` in the fleet file\n\n\
                   hint: `cdn-cli fleet list` lists them\n";
    let nothing = "error: there is nothing at in53.example that could keep a part of the traffic\n\n\
                   hint: leave out --weight\n";
    let outside = "error: else.example is in no zone that cdn-cli writes\n\n\
                   hint: `cdn-cli dns plan else --format bind` prints what to put there\n";
    let nobody = "error: nobody is there to agree to the plan\n\n\
                  hint: say --yes where no person looks on\n";
    for (arguments, want) in [
        (&["certs", "list", "nobody"][..], unknown),
        (&["certs", "request", "nobody", "--yes"], unknown),
        (&["certs", "records", "nobody"], unknown),
        (&["dns", "plan", "nobody"], unknown),
        (&["dns", "apply", "nobody", "--yes"], unknown),
        (&["dns", "apply", "in53", "--weight", "5", "--yes"], nothing),
        (&["dns", "apply", "else", "--yes"], outside),
    ] {
        assert_eq!(operator.run(arguments).await.ended(2).stderr, want, "{arguments:?}");
    }
    let told = operator.run(&["dns", "apply", "in53"]).await.ended(2);
    assert!(told.stderr.ends_with(nobody), "{}", told.stderr);
    for arguments in [
        &["dns", "apply", "in53", "--weight", "0"][..],
        &["dns", "apply", "in53", "--weight", "101"],
        &["dns", "apply", "in53", "--weight", "5", "--back"],
        &["dns", "plan", "--resolver", "name.example"],
        &["certs", "request"],
        &["certs", "request", "in53", "--all"],
        &["deploy", "--max-5xx", "101"],
        &["deploy", "--soak", "5m"],
        &["deploy", "--max-5xx", "1", "--soak", "soon"],
    ] {
        operator.run(arguments).await.ended(2);
    }
    // Nothing of it was done.
    let records = account.records(&zone).await;
    assert!(records.iter().all(|it| it.starts_with('_')), "{records:?}");
}

#[tokio::test]
async fn a_stack_keeps_its_own_records() {
    let Some(cloud) = Cloud::start().await else { return };
    let account = Account::of(&cloud);
    let zone = account.zone("own.example").await;
    let site = format!(
        "[[sites]]\nname = \"own\"\ndomains = [\"own.example\"]\n\
         zone = {{ name = \"own.example\", id = \"{zone}\" }}\n"
    );
    let operator = Operator::new(&cloud.endpoint, &sites("", &site));
    account.put(&zone, "own.example", "A", 60, "192.0.2.1").await;
    let plan = operator.run(&["dns", "plan"]).await.ended(0);
    assert_eq!(
        plan.stdout,
        "own\n  own.example: conflict (the stack's)\n    now     A 192.0.2.1, TTL 60\n    \
         note    the stack cannot take over records that are there: leave `id` out of\n            \
         `zone`, and `cdn-cli dns apply` writes them\n"
    );
    let told = operator.run(&["dns", "apply", "own", "--yes"]).await.ended(0);
    assert_eq!(
        told.stderr,
        "own.example: the stack writes its records\nNothing to do: the records are as desired.\n"
    );
    let told = operator.run(&["dns", "apply", "own", "--weight", "5", "--yes"]).await.ended(2);
    assert_eq!(
        told.stderr,
        "error: the records of own.example are its stack's, which has no shares\n\n\
         hint: leave `id` out of `zone` while the traffic shifts: the zone is found by\n      \
         its name\n"
    );
    let told = operator.run(&["certs", "request", "own", "--yes"]).await.ended(0);
    assert_eq!(
        told.stderr.lines().next(),
        Some("own: its stack requests the certificate (`cdn-cli deploy`)")
    );
    assert_eq!(account.certificates().await, Vec::<String>::new());
}
