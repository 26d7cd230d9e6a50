//! The documents the trade knows. Each is a plain struct of texts that were gathered, masked and put
//! into words before; here they get their form.

mod bulletin;
mod minutes;
mod order_sheet;
mod supervision;

pub use bulletin::{Bulletin, BulletinKind, Section};
pub use minutes::{Minutes, MinutesTask};
pub use order_sheet::OrderSheet;
pub use supervision::SupervisionOrder;
