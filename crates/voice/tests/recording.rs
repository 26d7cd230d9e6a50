//! Recordings: what was heard comes back, a changed byte is found, secrets are not there.
#![cfg(test)]

use proptest::prelude::*;
use std::io::Cursor;
use voice::call::{CallId, LegId, Moment, Sealed};
use voice::recording::*;

const LEG: LegId = LegId {
    call: CallId(7),
    no: 1,
};

/// A recording of as many steps, every tenth of which did not come from the line and every seventh is a secret.
fn record(steps: usize) -> (Sealed, Vec<u8>) {
    let mut writer = Writer::begin(Vec::new(), "a", LEG, Moment(1_000)).unwrap();
    for step in 0..steps {
        let code = u8::try_from(step % 200).unwrap();
        if step % 7 == 6 {
            writer.gap().unwrap();
        } else {
            writer.sound(&[code; STEP], step % 10 != 9).unwrap();
        }
    }
    writer.seal().unwrap()
}

#[test]
fn what_was_heard_comes_back_with_its_gaps() {
    let (sealed, bytes) = record(120);
    assert_eq!((sealed.seconds, sealed.gaps), (3, 3));
    let reader = Reader::open(&bytes[..]).unwrap();
    assert_eq!(
        reader.header(),
        Header {
            leg: LEG,
            began: Moment(1_000)
        }
    );
    let blocks: Vec<Block> = reader.map(Result::unwrap).collect();
    assert_eq!(
        blocks.iter().map(|block| block.steps).collect::<Vec<_>>(),
        [50, 50, 20]
    );
    for step in 0..120usize {
        let block = &blocks[step / STEPS];
        let (at, bit) = (step % STEPS, 1u64 << (step % STEPS));
        let sound = &block.sound[at * STEP..(at + 1) * STEP];
        let paused = step % 7 == 6;
        assert_eq!(block.paused & bit != 0, paused);
        assert_eq!(block.heard & bit != 0, !paused && step % 10 != 9);
        let code = if paused {
            SILENCE
        } else {
            u8::try_from(step).unwrap()
        };
        assert!(sound.iter().all(|byte| *byte == code), "step {step}");
    }
    let summary = Reader::open(&bytes[..])
        .unwrap()
        .verify(Some(&sealed.head))
        .unwrap();
    assert_eq!(
        (summary.seconds, summary.gaps, summary.head),
        (3, 3, sealed.head)
    );
}

#[test]
fn t10_every_changed_byte_is_found() {
    let (sealed, bytes) = record(60);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let found = Reader::open(&changed[..]).and_then(|reader| reader.verify(Some(&sealed.head)));
        assert!(found.is_err(), "byte {at}");
    }
    // The second is named.
    let mut changed = bytes.clone();
    let second = bytes.len() - 500;
    changed[second] ^= 1;
    let found = Reader::open(&changed[..]).unwrap().verify(None);
    assert!(matches!(found, Err(Fault::Changed(1))), "{found:?}");
}

#[test]
fn a_recording_written_anew_has_another_head() {
    let (sealed, _) = record(60);
    let (_, other) = record(61);
    assert!(Reader::open(&other[..]).unwrap().verify(None).is_ok());
    let found = Reader::open(&other[..]).unwrap().verify(Some(&sealed.head));
    assert!(matches!(found, Err(Fault::Other)));
}

#[test]
fn a_recording_that_was_cut_off_gives_its_whole_seconds() {
    let (_, bytes) = record(120);
    let cut = &bytes[..bytes.len() - 1_000];
    let mut reader = Reader::open(cut).unwrap();
    assert!(reader.next().unwrap().is_ok());
    assert!(reader.next().unwrap().is_ok());
    assert!(matches!(reader.next(), Some(Err(Fault::Unsealed(2)))));
    assert!(reader.next().is_none());
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(
        Reader::open(&longer[..]).unwrap().verify(None),
        Err(Fault::Seal)
    ));
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..4_000), at in 0..20_000usize) {
        let _ = Reader::open(&bytes[..]).map(|reader| reader.verify(None));
        let (_, mut whole) = record(120);
        for (n, byte) in bytes.iter().enumerate() {
            if let Some(place) = whole.get_mut(at + n) {
                *place = *byte;
            }
        }
        let _ = Reader::open(&whole[..]).map(|reader| reader.verify(None));
    }
}

#[test]
fn an_export_aligns_the_legs_by_the_clock() {
    let leg = |no: u16, began: i64, code: u8, steps: usize| {
        let leg = LegId {
            call: CallId(7),
            no,
        };
        let mut writer = Writer::begin(Vec::new(), "a", leg, Moment(began)).unwrap();
        for _ in 0..steps {
            writer.sound(&[code; STEP], true).unwrap();
        }
        writer.seal().unwrap().1
    };
    // 0xaa is the loudest, 0x2a its negative: where both sound, nothing is left.
    let (caller, operator) = (leg(0, 1_000, 0xaa, 50), leg(1, 1_500, 0x2a, 50));
    let tracks = |files: [&Vec<u8>; 2]| {
        files.map(|file| Track {
            reader: Reader::open(Cursor::new(file.clone())).unwrap(),
        })
    };
    let mut wav = Cursor::new(Vec::new());
    let samples = export(tracks([&caller, &operator]).into(), &mut wav).unwrap();
    let wav = wav.into_inner();
    let read: Vec<i16> = hound::WavReader::new(&wav[..])
        .unwrap()
        .samples::<i16>()
        .map(Result::unwrap)
        .collect();
    assert_eq!(u64::try_from(read.len()).unwrap(), samples);
    assert!(read[..4_000].iter().all(|s| *s == 32_256));
    assert!(read[4_000..8_000].iter().all(|s| *s == 0));
    assert!(read[8_000..12_000].iter().all(|s| *s == -32_256));
    // A leg that is not whole is not exported as if it were.
    let mut changed = operator;
    changed[5_000] ^= 1;
    let mut wav = Cursor::new(Vec::new());
    assert!(export(tracks([&caller, &changed]).into(), &mut wav).is_err());
}

#[test]
fn the_keeper_finds_what_it_was_given_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::new(folder.path().join("recordings"));
    let mut kept = keeper.begin(LEG, Moment(5)).unwrap();
    kept.sound(&[0xd5; STEP], true).unwrap();
    let sealed = Keeper::seal(kept).unwrap();
    let again = Keeper::seal(keeper.begin(LEG, Moment(6)).unwrap()).unwrap();
    assert_ne!(sealed.recording, again.recording);
    let summary = keeper
        .open(&sealed.recording)
        .unwrap()
        .verify(Some(&sealed.head))
        .unwrap();
    assert_eq!(summary.seconds, 1);
    for name in ["../../etc/passwd", "", "abc", "abcdef/../../x", "ffffffff"] {
        assert!(keeper.open(name).is_err());
    }
    keeper.remove(&sealed.recording).unwrap();
    keeper.remove(&sealed.recording).unwrap();
    assert!(keeper.open(&sealed.recording).is_err());
}

/// A keeper whose recording of the leg was being written when the process was killed: as many steps, some of which are in no
/// block yet.
fn killed(steps: usize) -> (tempfile::TempDir, Keeper) {
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::new(folder.path());
    let mut kept = keeper.begin(LEG, Moment(1_000)).unwrap();
    for _ in 0..steps {
        kept.sound(&[0x55; STEP], true).unwrap();
    }
    drop(kept);
    (folder, keeper)
}

fn file(keeper: &Keeper) -> std::path::PathBuf {
    let name = format!("{}-{}", LEG.call, LEG.no);
    keeper
        .folder()
        .join(name.get(..6).unwrap())
        .join(format!("{name}.ldv"))
}

#[test]
fn a_recording_goes_on_after_a_kill_with_its_chain_and_the_gap_marked() {
    // 130 steps: two blocks are written, 30 steps are lost; a second and a half later it goes on.
    let (_folder, keeper) = killed(130);
    let now = Moment(1_000 + 130 * 20 + 1_500);
    let mut kept = keeper.resume(LEG, now).unwrap().expect("it goes on");
    for _ in 0..60 {
        kept.sound(&[0x33; STEP], true).unwrap();
    }
    let sealed = Keeper::seal(kept).unwrap();
    let name = format!("{}-{}", LEG.call, LEG.no);
    assert_eq!(sealed.recording, name, "the same file");
    let whole = keeper.open(&name).unwrap();
    let whole = whole.verify(Some(&sealed.head)).unwrap();
    assert_eq!((whole.seconds, whole.gaps), (sealed.seconds, sealed.gaps));
    let blocks: Vec<Block> = keeper.open(&name).unwrap().map(Result::unwrap).collect();
    let step = |n: usize| {
        let block = &blocks[n / STEPS];
        let bit = 1_u64 << (n % STEPS);
        let code = block.sound[n % STEPS * STEP];
        (code, block.heard & bit != 0, block.paused & bit != 0)
    };
    assert_eq!(step(99), (0x55, true, false));
    // What was lost and the time away: silence that says that it was not recorded, so that the legs stay aligned.
    assert_eq!(step(100), (SILENCE, false, true));
    assert_eq!(step(204), (SILENCE, false, true));
    assert_eq!(step(205), (0x33, true, false));
    assert_eq!(sealed.seconds, 6, "205 steps and 60 more");
}

#[test]
fn what_was_left_without_an_end_is_sealed_and_a_torn_block_is_cut_off() {
    let (_folder, keeper) = killed(120);
    let path = file(&keeper);
    let whole = std::fs::read(&path).unwrap();
    // The power went while the second block was written.
    std::fs::write(&path, &whole[..whole.len() - 700]).unwrap();
    let sealed = keeper.salvage(LEG).unwrap().expect("there is one");
    assert_eq!(sealed.seconds, 1);
    let verified = keeper.open(&sealed.recording).unwrap();
    verified.verify(Some(&sealed.head)).unwrap();
    // Asked again it says the same, and goes on with nothing.
    assert_eq!(keeper.salvage(LEG).unwrap(), Some(sealed));
    assert!(keeper.resume(LEG, Moment(9_000)).unwrap().is_none());
    let other = LegId { no: 2, ..LEG };
    assert!(keeper.salvage(other).unwrap().is_none());
}

#[test]
fn t10_a_recording_that_was_changed_is_not_gone_on_with() {
    let (_folder, keeper) = killed(220);
    let path = file(&keeper);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() - 3 * 8_050 + 100;
    bytes[at] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert!(keeper.resume(LEG, Moment(9_000)).is_err());
    assert!(keeper.salvage(LEG).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left as it is");
}

#[test]
fn a_gap_of_hours_is_marked_with_ten_minutes() {
    let (_folder, keeper) = killed(50);
    let kept = keeper.resume(LEG, Moment(10 * 3_600_000)).unwrap().unwrap();
    let sealed = Keeper::seal(kept).unwrap();
    assert_eq!(sealed.seconds, 1 + 600);
}
