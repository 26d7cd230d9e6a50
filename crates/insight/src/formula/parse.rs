//! Reads a formula: grammar, names and kinds in one pass, so that each fault has its place.

use super::eval::{Node, Reckoning, Relation};
use super::token::{Token, tokens};
use super::{Fault, Kind, Names, Wrong};

/// Deepest nesting.
const DEEPEST: usize = 40;

/// A part with its kind and where it begins.
struct Typed {
    node: Node,
    kind: Kind,
    at: usize,
}

struct Reader<'n, N: ?Sized> {
    tokens: Vec<(usize, Token)>,
    next: usize,
    names: &'n N,
    slots: Vec<usize>,
    depth: usize,
}

pub(super) fn read<N: Names + ?Sized>(
    text: &str,
    kind: Kind,
    names: &N,
) -> Result<(Node, Vec<usize>), Fault> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        next: 0,
        names,
        slots: Vec::new(),
        depth: 0,
    };
    let whole = reader.either()?;
    let (at, token) = reader.look();
    if token != Token::End {
        return Err(expected(at, "the end or an operator", &token));
    }
    let node = need(whole, kind)?;
    Ok((node, reader.slots))
}

fn expected(at: usize, what: &'static str, found: &Token) -> Fault {
    Fault {
        at,
        wrong: Wrong::Expected {
            what,
            found: found.to_string(),
        },
    }
}

fn need(part: Typed, wanted: Kind) -> Result<Node, Fault> {
    if part.kind == wanted {
        return Ok(part.node);
    }
    Err(Fault {
        at: part.at,
        wrong: Wrong::Mismatch {
            wanted,
            found: part.kind,
        },
    })
}

impl<N: Names + ?Sized> Reader<'_, N> {
    fn look(&self) -> (usize, Token) {
        self.tokens
            .get(self.next)
            .or(self.tokens.last())
            .cloned()
            .unwrap_or((1, Token::End))
    }

    fn take(&mut self) -> (usize, Token) {
        let found = self.look();
        self.next += 1;
        found
    }

    /// Takes the token if it is this sign or this word of the language.
    fn takes(&mut self, wanted: &str) -> bool {
        let there = match self.look().1 {
            Token::Sign(sign) => sign == wanted,
            Token::Name(name) => name == wanted,
            _ => false,
        };
        if there {
            self.next += 1;
        }
        there
    }

    fn must(&mut self, sign: &'static str) -> Result<(), Fault> {
        if self.takes(sign) {
            return Ok(());
        }
        let (at, token) = self.look();
        Err(expected(at, sign, &token))
    }

    fn either(&mut self) -> Result<Typed, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault {
                at: self.look().0,
                wrong: Wrong::TooDeep,
            });
        }
        let mut left = self.both()?;
        while self.takes("or") {
            let right = self.both()?;
            let at = left.at;
            let (a, b) = (need(left, Kind::Flag)?, need(right, Kind::Flag)?);
            left = Typed {
                node: Node::Either(Box::new(a), Box::new(b)),
                kind: Kind::Flag,
                at,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn both(&mut self) -> Result<Typed, Fault> {
        let mut left = self.not()?;
        while self.takes("and") {
            let right = self.not()?;
            let at = left.at;
            let (a, b) = (need(left, Kind::Flag)?, need(right, Kind::Flag)?);
            left = Typed {
                node: Node::Both(Box::new(a), Box::new(b)),
                kind: Kind::Flag,
                at,
            };
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Typed, Fault> {
        let at = self.look().0;
        let mut odd = false;
        let mut any = false;
        while self.takes("not") {
            odd = !odd;
            any = true;
        }
        let part = self.comparison()?;
        if !any {
            return Ok(part);
        }
        let node = need(part, Kind::Flag)?;
        Ok(Typed {
            node: if odd { Node::Not(Box::new(node)) } else { node },
            kind: Kind::Flag,
            at,
        })
    }

    fn comparison(&mut self) -> Result<Typed, Fault> {
        let left = self.sum()?;
        let at = left.at;
        let flag = |node| {
            Ok(Typed {
                node,
                kind: Kind::Flag,
                at,
            })
        };
        if self.takes("in") {
            let node = need(left, Kind::Word)?;
            return flag(Node::OneOf(Box::new(node), self.words()?));
        }
        if self.look().1 == Token::Name("not".to_owned())
            && self.tokens.get(self.next + 1).map(|(_, token)| token)
                == Some(&Token::Name("in".to_owned()))
        {
            self.next += 2;
            let node = need(left, Kind::Word)?;
            let one = Node::OneOf(Box::new(node), self.words()?);
            return flag(Node::Not(Box::new(one)));
        }
        let relation = match self.look().1 {
            Token::Sign("=") => Relation::Same,
            Token::Sign("!=") => Relation::Other,
            Token::Sign("<") => Relation::Less,
            Token::Sign("<=") => Relation::Most,
            Token::Sign(">") => Relation::More,
            Token::Sign(">=") => Relation::Least,
            _ => return Ok(left),
        };
        self.next += 1;
        let orders = !matches!(relation, Relation::Same | Relation::Other);
        let kind = if orders { Kind::Number } else { left.kind };
        let a = need(left, kind)?;
        let b = need(self.sum()?, kind)?;
        flag(Node::Compare(relation, Box::new(a), Box::new(b)))
    }

    fn words(&mut self) -> Result<Vec<String>, Fault> {
        self.must("[")?;
        let mut words = Vec::new();
        loop {
            match self.take() {
                (_, Token::Text(word)) => words.push(word),
                (at, other) => return Err(expected(at, "a word in quotation marks", &other)),
            }
            if !self.takes(",") {
                break;
            }
        }
        self.must("]")?;
        Ok(words)
    }

    fn sum(&mut self) -> Result<Typed, Fault> {
        let mut left = self.product()?;
        loop {
            let how = match self.look().1 {
                Token::Sign("+") => Reckoning::Plus,
                Token::Sign("-") => Reckoning::Minus,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.product()?;
            left = reckon(how, left, right)?;
        }
    }

    fn product(&mut self) -> Result<Typed, Fault> {
        let mut left = self.signed()?;
        loop {
            let how = match self.look().1 {
                Token::Sign("*") => Reckoning::Times,
                Token::Sign("/") => Reckoning::Over,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.signed()?;
            left = reckon(how, left, right)?;
        }
    }

    fn signed(&mut self) -> Result<Typed, Fault> {
        let at = self.look().0;
        if !self.takes("-") {
            return self.atom();
        }
        let node = need(self.atom()?, Kind::Number)?;
        Ok(Typed {
            node: Node::Negative(Box::new(node)),
            kind: Kind::Number,
            at,
        })
    }

    fn atom(&mut self) -> Result<Typed, Fault> {
        let (at, token) = self.take();
        let typed = |node, kind| Ok(Typed { node, kind, at });
        match token {
            Token::Number(number) => typed(Node::Number(number), Kind::Number),
            Token::Text(word) => typed(Node::Word(word), Kind::Word),
            Token::Sign("(") => {
                let inside = self.either()?;
                self.must(")")?;
                Ok(Typed { at, ..inside })
            }
            Token::Name(name) => match name.as_str() {
                "true" | "false" => typed(Node::Flag(name == "true"), Kind::Flag),
                "and" | "or" | "in" => Err(expected(at, "a value", &Token::Name(name))),
                _ if self.look().1 == Token::Sign("(") => self.call(at, &name),
                _ => self.named(at, name),
            },
            other => Err(expected(at, "a value", &other)),
        }
    }

    fn named(&mut self, at: usize, name: String) -> Result<Typed, Fault> {
        let Some((slot, kind)) = self.names.find(&name) else {
            let near = near(&name, &self.names.all());
            return Err(Fault {
                at,
                wrong: Wrong::Unknown { name, near },
            });
        };
        self.slots.push(slot);
        Ok(Typed {
            node: Node::Slot(slot),
            kind,
            at,
        })
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Typed, Fault> {
        const FUNCTIONS: [&str; 6] = ["known", "min", "max", "round", "if", "or_else"];
        if !FUNCTIONS.contains(&name) {
            return Err(Fault {
                at,
                wrong: Wrong::Unknown {
                    name: name.to_owned(),
                    near: near(name, &FUNCTIONS),
                },
            });
        }
        let arguments = |takes| Fault {
            at,
            wrong: Wrong::Arguments {
                name: name.to_owned(),
                takes,
            },
        };
        self.must("(")?;
        if name == "round" {
            let number = need(self.either()?, Kind::Number)?;
            if !self.takes(",") {
                return Err(arguments("a number and its places"));
            }
            let (place, token) = self.take();
            let places = match &token {
                Token::Number(places) => u32::try_from(*places).ok().filter(|n| *n <= 10),
                _ => None,
            };
            let Some(places) = places else {
                return Err(expected(place, "the places, 0 to 10", &token));
            };
            self.must(")")?;
            return Ok(Typed {
                node: Node::Round(Box::new(number), places),
                kind: Kind::Number,
                at,
            });
        }
        let mut given = Vec::new();
        if !self.takes(")") {
            loop {
                given.push(self.either()?);
                if !self.takes(",") {
                    break;
                }
            }
            self.must(")")?;
        }
        let count = given.len();
        let mut given = given.into_iter();
        let mut next = |kind: Option<Kind>, takes| -> Result<(Node, Kind), Fault> {
            let part: Typed = given.next().ok_or_else(|| arguments(takes))?;
            let found = part.kind;
            Ok((need(part, kind.unwrap_or(found))?, found))
        };
        let (node, kind) = match (name, count) {
            ("known", 1) => {
                let (node, _) = next(None, "one value")?;
                (Node::Known(Box::new(node)), Kind::Flag)
            }
            ("known", _) => return Err(arguments("one value")),
            ("if", 3) => {
                let takes = "a condition and two values";
                let (condition, _) = next(Some(Kind::Flag), takes)?;
                let (then, kind) = next(None, takes)?;
                let (other, _) = next(Some(kind), takes)?;
                let node = Node::If(Box::new(condition), Box::new(then), Box::new(other));
                (node, kind)
            }
            ("if", _) => return Err(arguments("a condition and two values")),
            ("or_else", 2) => {
                let (node, kind) = next(None, "two values")?;
                let (other, _) = next(Some(kind), "two values")?;
                (Node::OrElse(Box::new(node), Box::new(other)), kind)
            }
            ("or_else", _) => return Err(arguments("two values")),
            (_, 0) => return Err(arguments("at least one number")),
            (which, _) => {
                let mut nodes = Vec::with_capacity(count);
                for _ in 0..count {
                    nodes.push(next(Some(Kind::Number), "numbers")?.0);
                }
                let node = if which == "min" {
                    Node::Least(nodes)
                } else {
                    Node::Greatest(nodes)
                };
                (node, Kind::Number)
            }
        };
        Ok(Typed { node, kind, at })
    }
}

fn reckon(how: Reckoning, left: Typed, right: Typed) -> Result<Typed, Fault> {
    let at = left.at;
    let (a, b) = (need(left, Kind::Number)?, need(right, Kind::Number)?);
    Ok(Typed {
        node: Node::Reckon(how, Box::new(a), Box::new(b)),
        kind: Kind::Number,
        at,
    })
}

/// The known name that differs least, if it differs little.
fn near(name: &str, known: &[&str]) -> Option<String> {
    known
        .iter()
        .map(|other| (distance(name, other), *other))
        .min()
        .filter(|(far, _)| *far <= 1 + name.len() / 4)
        .map(|(_, other)| other.to_owned())
}

/// Letters to change, add or leave out until one is the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (j, y) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX);
            let change = diagonal + usize::from(x != *y);
            left = change.min(left + 1).min(above.saturating_add(1));
            next.push(left);
            diagonal = above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
