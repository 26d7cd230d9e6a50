//! What calls cost, and how soon things happen in them: `cargo run --release -p voice --example calls -- relay`, or
//! `set-up`, `three`, `transfer`, `browser`, `every`. Behind `relay` and `set-up` may stand example `desk` of crate `liandong`
//! and the program: then it is measured, too. Prints figures as JSON for `cargo xtask bench --only calls`. Everything
//! is on loopback addresses, and every generator makes a fixed number of calls.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measuring program: what fails here fails the measurement"
)]

mod browser;
mod desk;
mod every;
mod ground;
mod relay;
mod three;
mod transfer;

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let figures = match words.as_slice() {
        ["engine", "relay", network, police] => {
            return relay::engine(number(network), number(police)).await;
        }
        ["engine", "three"] => return three::engine().await,
        ["engine", "browser"] => return browser::engine().await,
        [
            "engine",
            "desk",
            own,
            network,
            phones,
            police,
            seats,
            most,
            book @ ..,
        ] => {
            let places = desk::Places {
                own: number(own),
                network: number(network),
                phones: number(phones),
                police: number(police),
            };
            let (seats, most) = (seats.parse().unwrap(), most.parse().unwrap());
            let book = book.first().map(std::path::Path::new);
            return desk::engine(places, seats, most, book).await;
        }
        ["relay", whole @ ..] => relay::measure(relay::whole(whole)).await,
        ["set-up", whole @ ..] => relay::set_ups(relay::whole(whole)).await,
        ["three"] => three::measure().await,
        ["transfer"] => transfer::measure().await,
        ["browser"] => browser::measure(),
        ["every"] => every::measure(),
        other => panic!("there is no {other:?}"),
    };
    println!("{figures}");
}

/// The last part of a loopback address.
fn number(word: &str) -> u8 {
    word.parse().unwrap()
}
