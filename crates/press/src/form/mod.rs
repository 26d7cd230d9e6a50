//! The documents the trade knows. Each is a plain struct of texts that were gathered, masked and put
//! into words before; here they get their form.

mod bulletin;
mod measure;
mod minutes;
mod order_sheet;
mod supervision;

pub use bulletin::{Bulletin, BulletinKind, Section};
pub use measure::{MeasureForm, MeasureSheet};
pub use minutes::{Minutes, MinutesTask};
pub use order_sheet::OrderSheet;
pub use supervision::SupervisionOrder;
