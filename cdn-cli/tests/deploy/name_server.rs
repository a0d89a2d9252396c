//! A name server of the world outside Route 53.

use std::net::SocketAddr;

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use tokio::net::UdpSocket;

/// What a name server knows: names with a last dot, types, TTLs, values.
pub(crate) type Zone = Vec<(&'static str, RecordType, u32, String)>;

/// Starts one that knows these records and nothing else; its address.
pub(crate) async fn start(zone: Zone) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let address = socket.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while let Ok((length, asker)) = socket.recv_from(&mut buffer).await {
            let Ok(question) = Message::from_vec(&buffer[..length]) else { continue };
            let answer = answer(&question, &zone).to_vec().expect("an answer has a form");
            let _ = socket.send_to(&answer, asker).await;
        }
    });
    address
}

fn answer(question: &Message, zone: &Zone) -> Message {
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.recursion_available = true;
    for query in &question.queries {
        let name = query.name().to_string().to_lowercase();
        let known = zone.iter().filter(|it| it.0 == name);
        if known.clone().next().is_none() {
            answer.metadata.response_code = ResponseCode::NXDomain;
        }
        for (_, kind, ttl, value) in known.filter(|it| it.1 == query.query_type()) {
            let data = RData::try_from_str(*kind, value).expect("a value of its type");
            answer.add_answer(Record::from_rdata(query.name().clone(), *ttl, data));
        }
        answer.add_query(query.clone());
    }
    answer
}
