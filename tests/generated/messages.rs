//! The messages that the program prints on standard error, read from its source: one that is new or changed shows in the diff of
//! `tests/generated/messages.txt`, where they can be read one after the other. A text is a message if it is in a call that takes
//! one, or in a variable or closure that is named for it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprCall, ExprMethodCall, ItemMod, Lit, Local, Macro};

use super::{check, repository};

/// The methods that take a message, or a part of one.
const METHODS: [&str; 14] = [
    "agrees",
    "changed",
    "confirm",
    "context",
    "hint",
    "must_agree",
    "note",
    "or_hint",
    "problem",
    "refuse",
    "status",
    "warn",
    "with_context",
    "with_message",
];

/// The functions and closures that take a message.
const FUNCTIONS: [&str; 6] = ["failed", "print_status", "problem", "refuse", "refused", "usage"];

/// The types whose functions take a message.
const OWNERS: [&str; 4] = ["Check", "Failure", "FieldError", "Inconsistency"];

/// The variables that hold a message.
const VARIABLES: [&str; 17] = [
    "cure", "done", "error", "failure", "finding", "found", "hint", "message", "note", "problem", "problems",
    "question", "reason", "text", "what", "why", "words",
];

/// The messages of a file, in the order of the source.
#[derive(Default)]
struct Messages {
    found: Vec<(String, String)>,
}

impl Messages {
    /// Adds the sentences among the texts of an expression.
    fn add(&mut self, kind: &str, tokens: TokenStream) {
        let mut texts = Vec::new();
        strings(tokens, &mut texts);
        for text in texts {
            let is_sentence = text.contains(' ') && text.chars().filter(char::is_ascii_lowercase).count() > 3;
            let message = (kind.to_owned(), text);
            // A call inside another is seen twice.
            if is_sentence && !self.found.iter().any(|(_, known)| *known == message.1) {
                self.found.push(message);
            }
        }
    }
}

/// The strings among the tokens, with the continued lines joined.
fn strings(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => strings(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let Ok(Lit::Str(text)) = syn::parse_str(&literal.to_string()) {
                    found.push(text.value());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

impl<'a> Visit<'a> for Messages {
    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        let is_test = |attribute: &Attribute| attribute.to_token_stream().to_string().contains("test");
        if !module.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            match &names[..] {
                [.., owner, name] if OWNERS.contains(&owner.as_str()) => self.add(name, call.args.to_token_stream()),
                [name] if FUNCTIONS.contains(&name.as_str()) => self.add(name, call.args.to_token_stream()),
                _ => {}
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        let name = call.method.to_string();
        // What comes before is printed before.
        visit::visit_expr(self, &call.receiver);
        if METHODS.contains(&name.as_str()) {
            self.add(&name, call.args.to_token_stream());
        }
        call.args.iter().for_each(|arg| visit::visit_expr(self, arg));
    }

    fn visit_local(&mut self, local: &'a Local) {
        let name = local.pat.to_token_stream().to_string();
        let is_message = name.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| VARIABLES.contains(&word));
        if let Some(init) = local.init.as_ref().filter(|_| is_message) {
            self.add("let", init.expr.to_token_stream());
        }
        visit::visit_local(self, local);
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if ["bail", "anyhow", "ensure"].contains(&name.as_str()) {
            self.add(&name, call.tokens.clone());
        }
    }

    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        if attribute.path().is_ident("error") {
            self.add("error", attribute.to_token_stream());
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn the_messages_are_current() {
    let root = repository();
    let mut files = sources(&root.join("src"));
    files.sort();
    let mut text = String::new();
    for path in files {
        let mut messages = Messages::default();
        messages.visit_file(&syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap());
        if !messages.found.is_empty() {
            writeln!(text, "{}", path.strip_prefix(&root).unwrap().display()).unwrap();
            for (kind, message) in messages.found {
                writeln!(
                    text,
                    "  {kind}: {}",
                    message.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
                )
                .unwrap();
            }
        }
    }
    check(&root.join("tests/generated/messages.txt"), text.as_bytes());
}
