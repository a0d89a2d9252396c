//! Functions of addresses.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Arguments;
use crate::value::Value;

pub(super) fn cidr(arguments: &Arguments<'_>) -> Option<Value> {
    masked(arguments, arguments.integer(1)?, arguments.integer(2)?)
}

pub(super) fn cidr6(arguments: &Arguments<'_>) -> Option<Value> {
    masked(arguments, 32, arguments.integer(1)?)
}

fn masked(arguments: &Arguments<'_>, ipv4_bits: i64, ipv6_bits: i64) -> Option<Value> {
    let Value::Address(address) = arguments.get(0)? else { return None };
    let bits = match address {
        IpAddr::V4(_) => ipv4_bits,
        IpAddr::V6(_) => ipv6_bits,
    };
    let network = IpNet::new(*address, u8::try_from(bits).ok()?).ok()?;
    Some(Value::Address(network.network()))
}
