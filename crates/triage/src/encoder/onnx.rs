//! The encoder's layers, run by rten: pure Rust, no library to install.

use super::{EncoderFault, Refused};
use rten::{Model, NodeId, Value, ValueOrView};

/// What an encoder of sentences takes.
const TOKENS: &str = "input_ids";
const MASK: &str = "attention_mask";
const KINDS: &str = "token_type_ids";

/// A model that was opened.
pub(super) struct Session {
    model: Model,
    tokens: NodeId,
    mask: Option<NodeId>,
    kinds: Option<NodeId>,
    output: NodeId,
    /// Whether a vector comes for each token, or one for all.
    of_tokens: bool,
}

impl Session {
    pub(super) const BUILT: bool = true;

    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Refused> {
        super::frame::check(&bytes).map_err(|at| {
            let why = "it is no ONNX file, or damaged there".to_owned();
            (format!("byte {at}"), EncoderFault::Model(why))
        })?;
        let model = Model::load(bytes).map_err(|error| {
            let place = error
                .node()
                .map_or_else(|| "the whole".to_owned(), |node| format!("node {node:?}"));
            (place, EncoderFault::Model(error.to_string()))
        })?;
        let (mut tokens, mut mask, mut kinds) = (None, None, None);
        for &id in model.input_ids() {
            let info = model.node_info(id);
            let name = info.as_ref().and_then(rten::NodeInfo::name).unwrap_or("");
            let place = || format!("input {name:?}");
            match name {
                TOKENS => tokens = Some(id),
                MASK => mask = Some(id),
                KINDS => kinds = Some(id),
                _ => {
                    let why = format!("only {TOKENS}, {MASK} and {KINDS} can be given");
                    return Err((place(), EncoderFault::Shape(why)));
                }
            }
            let rank = info.and_then(|info| info.shape()).map(|shape| shape.len());
            if rank.is_some_and(|rank| rank != 2) {
                let why = "it has to have two dimensions, text and token".to_owned();
                return Err((place(), EncoderFault::Shape(why)));
            }
        }
        let Some(tokens) = tokens else {
            let why = format!("{TOKENS} is not among them");
            return Err(("inputs".to_owned(), EncoderFault::Shape(why)));
        };
        let Some(&output) = model.output_ids().first() else {
            let why = "there is none".to_owned();
            return Err(("outputs".to_owned(), EncoderFault::Shape(why)));
        };
        let mut session = Self {
            model,
            tokens,
            mask,
            kinds,
            output,
            of_tokens: true,
        };
        // No token is without a row 0: what fails here fails for its shape.
        let trial = [0, 0, 0];
        if session.rows(&trial).is_err() {
            session.of_tokens = false;
        }
        session.pooled(&trial)?;
        Ok(session)
    }

    /// One vector for the words: what the model gives for all, or the mean of what it gives for each
    /// token but the marks at both ends.
    pub(super) fn pooled(&self, tokens: &[i32]) -> Result<Vec<f32>, Refused> {
        let shape = |why: String| ("output 1".to_owned(), EncoderFault::Shape(why));
        if !self.of_tokens {
            let (of, vector) = self
                .run(tokens)?
                .into_shape_vec::<f32, 2>()
                .map_err(|error| {
                    shape(format!(
                        "neither a vector for each token nor one for all: {error}"
                    ))
                })?;
            if of.first() != Some(&1) {
                return Err(shape(format!("{of:?} for one text")));
            }
            return Ok(vector);
        }
        let (of, all) = self.rows(tokens)?;
        let [1, rows, width] = of else {
            return Err(shape(format!("{of:?} for one text")));
        };
        if rows != tokens.len() || width == 0 {
            return Err(shape(format!("{of:?} for {} tokens", tokens.len())));
        }
        let inner = rows.saturating_sub(2).max(1);
        let mut sum = vec![0.0_f32; width];
        for row in all.chunks_exact(width).skip(1).take(inner) {
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        Ok(sum)
    }

    fn rows(&self, tokens: &[i32]) -> Result<([usize; 3], Vec<f32>), Refused> {
        let value = self.run(tokens)?;
        value.into_shape_vec::<f32, 3>().map_err(|error| {
            (
                "output 1".to_owned(),
                EncoderFault::Shape(error.to_string()),
            )
        })
    }

    fn run(&self, tokens: &[i32]) -> Result<Value, Refused> {
        let failed = |why: String| ("a trial text".to_owned(), EncoderFault::Model(why));
        let row = |data: Vec<i32>| -> Result<ValueOrView<'static>, Refused> {
            let value = Value::from_shape([1, data.len()], data);
            Ok(value.map_err(|error| failed(error.to_string()))?.into())
        };
        let mut inputs = vec![(self.tokens, row(tokens.to_vec())?)];
        if let Some(mask) = self.mask {
            inputs.push((mask, row(vec![1; tokens.len()])?));
        }
        if let Some(kinds) = self.kinds {
            inputs.push((kinds, row(vec![0; tokens.len()])?));
        }
        let [value] = self
            .model
            .run_n(inputs, [self.output], None)
            .map_err(|error| failed(error.to_string()))?;
        Ok(value)
    }
}
