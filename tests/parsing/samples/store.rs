//! Stores users.
use std::collections::HashMap;
use crate::db::{self, Client as C, query::*};
mod inner;

/// Keeps them.
#[derive(Debug, Clone)]
pub struct Store<T> { client: T }
pub enum Color { Red, Green(u8) }
pub trait Shape: Base + Other {
    /// Its area.
    fn area(&self, scale: f64) -> f64;
    fn name(&self) -> String { String::new() }
}
impl<T> Store<T> {
    /// Looks one up.
    #[inline]
    pub async fn find(&mut self, name: &str, mut limit: usize) -> Option<User> {
        let client = Client { name };
        let other = Client::new(name);
        client.query(name).first()
    }
}
impl<T> Shape for Store<T> { fn area(&self, scale: f64) -> f64 { 1.0 } }
fn helper(x: i32) -> i32 { fn deep() {} x.abs() }
mod tests { #[test] fn it_works() {} }
macro_rules! m { () => {} }
