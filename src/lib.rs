//! rollbook: the operator's console of a learning community.
//!
//! Imports point one way: [`commands`] use [`import`], [`models`] and [`output`], which use [`schema`], which uses [`db`].
//! A command calls diesel itself; what two commands share sits on the model.

pub mod cli;
pub mod commands;
pub mod db;
pub mod error;
pub mod import;
pub mod lines;
pub mod models;
pub mod output;
pub mod schema;
