//! A name server that leads the names of locations to edges.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use hickory_resolver::proto::serialize::binary::{BinDecodable as _, BinEncodable as _};
use tokio::net::UdpSocket;

/// Answers for these names, in lower case and without a final dot, and for no other.
pub(crate) async fn serve(names: HashMap<String, Ipv4Addr>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            let Ok(question) = Message::from_bytes(&packet[..length]) else { continue };
            let answer = answered(&question, &names).to_bytes().unwrap();
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    address
}

fn answered(question: &Message, names: &HashMap<String, Ipv4Addr>) -> Message {
    let mut answer = question.clone().into_response();
    for query in &question.queries {
        let name = query.name().to_utf8().trim_end_matches('.').to_ascii_lowercase();
        match names.get(&name) {
            None => answer.metadata.response_code = ResponseCode::NXDomain,
            Some(address) if query.query_type() == RecordType::A => {
                let data = RData::A((*address).into());
                answer.add_answer(Record::from_rdata(query.name().clone(), 1, data));
            }
            Some(_) => {}
        }
    }
    answer
}
