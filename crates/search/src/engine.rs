//! The index over tantivy: one thread that writes, any number that read.

use crate::count::{Count, Facets, Kept};
use crate::directory::Directory;
use crate::entry::{Entry, Mark};
use crate::question::{Found, Question, Sorting};
use crate::schema::{CHARS, Fields, VERSION};
use crate::terms::Chars;
use crate::{FullText, SearchError};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use tantivy::collector::TopDocs;
use tantivy::directory::MmapDirectory;
use tantivy::index::SegmentId;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::Query;
use tantivy::schema::Value as _;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{
    DocAddress, Index as Files, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher,
    TantivyDocument, Term,
};

/// Memory for what is not yet written.
const HEAP: usize = 32 * 1024 * 1024;
/// How far back the writing thread stands behind everything else that wants a core.
const NICE: i32 = 10;

/// An index in a directory. Dropping it finishes what was begun.
pub struct Index {
    fields: Fields,
    reader: IndexReader,
    mark: std::sync::Arc<Mutex<Option<Mark>>>,
    work: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
    directory: Directory,
    kept: Kept,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("directory", &self.directory)
            .field("mark", &self.mark())
            .finish_non_exhaustive()
    }
}

/// What the writing thread is asked to do, and where the answer goes.
enum Work {
    Put(Vec<Entry>, Mark, bool, SyncSender<Result<(), SearchError>>),
    Clear(SyncSender<Result<(), SearchError>>),
}

impl Index {
    /// Opens the index in a directory. One that is not there, of another version or not readable
    /// is begun anew: its mark is none.
    ///
    /// # Errors
    /// [`SearchError::InUse`] when another process keeps it, else why it cannot be made.
    pub fn open(root: &Path) -> Result<Self, SearchError> {
        let directory = Directory::take(root)?;
        let (fields, _) = Fields::new();
        let (files, mark) = match existing(&directory) {
            Ok(Some((files, mark))) => (files, Some(mark)),
            Ok(None) => (begin(&directory)?, None),
            Err(error) => {
                tracing::warn!(%error, "the index cannot be read and is made anew");
                (begin(&directory)?, None)
            }
        };
        let reader = files
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let mark = std::sync::Arc::new(Mutex::new(mark));
        let (work, orders) = sync_channel(1);
        let (ready, begun) = sync_channel(1);
        let hand = Hand {
            fields: fields.clone(),
            reader: reader.clone(),
            mark: std::sync::Arc::clone(&mark),
        };
        let thread = std::thread::Builder::new()
            .name("search-index".to_owned())
            .spawn(move || hand.work(&files, &orders, &ready))?;
        begun
            .recv()
            .map_err(|_| SearchError::Broken("the writing thread ended".to_owned()))??;
        Ok(Self {
            fields,
            reader,
            mark,
            work: Some(work),
            thread: Some(thread),
            directory,
            kept: Kept::default(),
        })
    }

    fn ask(
        &self,
        work: impl FnOnce(SyncSender<Result<(), SearchError>>) -> Work,
    ) -> Result<(), SearchError> {
        let gone = || SearchError::Broken("the writing thread ended".to_owned());
        let (reply, answer) = sync_channel(1);
        let sender = self.work.as_ref().ok_or_else(gone)?;
        sender.send(work(reply)).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }

    fn page(
        &self,
        searcher: &Searcher,
        query: &dyn Query,
        question: &Question,
    ) -> Result<Found, SearchError> {
        let count = Count {
            by_kind: question.facets,
        };
        // A page of nothing would be refused by the engine.
        let top = TopDocs::with_limit(question.limit.max(1)).and_offset(question.skip);
        let order = match question.sorting {
            Sorting::Oldest => Order::Asc,
            Sorting::Relevance | Sorting::Newest => Order::Desc,
        };
        let (places, facets) = if question.asks_everything() {
            let top = top.order_by_fast_field::<i64>("opened_at", order);
            let facets = self.everything(searcher, question.facets)?;
            (addresses(searcher.search(query, &top)?), facets)
        } else if question.ranks() {
            let (top, facets) = searcher.search(query, &(top.order_by_score(), count))?;
            (addresses(top), facets)
        } else {
            let by_time = top.order_by_fast_field::<i64>("opened_at", order);
            let (top, facets) = searcher.search(query, &(by_time, count))?;
            (addresses(top), facets)
        };
        let mut ids = Vec::with_capacity(places.len());
        for place in places.into_iter().take(question.limit) {
            let document: TantivyDocument = searcher.doc(place)?;
            let id = document.get_first(self.fields.id);
            if let Some(id) = id.and_then(|id| id.as_str().map(str::to_owned)) {
                ids.push(id);
            }
        }
        Ok(Found {
            ids,
            facets,
            loose: false,
        })
    }
}

impl Index {
    fn everything(&self, searcher: &Searcher, by_kind: bool) -> Result<Facets, SearchError> {
        if by_kind {
            return Ok(self.kept.everything(searcher)?);
        }
        Ok(Facets {
            total: searcher.num_docs(),
            ..Facets::default()
        })
    }
}

fn addresses<T>(top: Vec<(T, DocAddress)>) -> Vec<DocAddress> {
    top.into_iter().map(|(_, address)| address).collect()
}

impl FullText for Index {
    fn find(&self, question: &Question) -> Result<Found, SearchError> {
        let searcher = self.reader.searcher();
        let strict = question.strict(&self.fields, &searcher);
        let found = self.page(&searcher, strict.as_ref(), question)?;
        if found.facets.total > 0 || question.words.is_empty() {
            return Ok(found);
        }
        let Some(loose) = question.loose(&self.fields, &searcher) else {
            return Ok(found);
        };
        let found = self.page(&searcher, loose.as_ref(), question)?;
        Ok(Found {
            loose: found.facets.total > 0,
            ..found
        })
    }

    fn mark(&self) -> Option<Mark> {
        self.mark
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn put(&self, entries: Vec<Entry>, mark: Mark, purge: bool) -> Result<(), SearchError> {
        self.ask(|reply| Work::Put(entries, mark, purge, reply))
    }

    fn clear(&self) -> Result<(), SearchError> {
        self.ask(Work::Clear)
    }

    fn wanted_anew(&self) -> bool {
        self.directory.wish()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // Without a sender the thread ends; what was answered is written already.
        self.work = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What is there already, and how far it reaches.
fn existing(directory: &Directory) -> Result<Option<(Files, Mark)>, SearchError> {
    let at = MmapDirectory::open(directory.files()?).map_err(broken)?;
    if !Files::exists(&at).map_err(broken)? {
        return Ok(None);
    }
    let files = Files::open(at)?;
    let (_, schema) = Fields::new();
    let payload = files.load_metas()?.payload.unwrap_or_default();
    let mark = Mark::read(&payload, VERSION).filter(|_| files.schema() == schema);
    Ok(mark.map(|mark| (with_terms(files), mark)))
}

fn begin(directory: &Directory) -> Result<Files, SearchError> {
    directory.empty()?;
    let (_, schema) = Fields::new();
    let at = MmapDirectory::open(directory.files()?).map_err(broken)?;
    let files = Files::create(at, schema, tantivy::IndexSettings::default())?;
    Ok(with_terms(files))
}

fn with_terms(files: Files) -> Files {
    let terms = TextAnalyzer::builder(Chars::default()).build();
    files.tokenizers().register(CHARS, terms);
    files
}

fn broken(error: impl std::fmt::Display) -> SearchError {
    SearchError::Broken(error.to_string())
}

/// Lets everything else have the cores first. On Linux this is the calling thread's own affair.
pub fn stand_back() {
    // Refused only to those who ask for more, not for less.
    let _ = rustix::process::nice(NICE);
}

/// The writing thread's own things.
struct Hand {
    fields: Fields,
    reader: IndexReader,
    mark: std::sync::Arc<Mutex<Option<Mark>>>,
}

impl Hand {
    fn work(
        self,
        files: &Files,
        orders: &Receiver<Work>,
        ready: &SyncSender<Result<(), SearchError>>,
    ) {
        // Those the engine starts from here inherit it.
        stand_back();
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .memory_budget_per_thread(HEAP)
            .num_merge_threads(1)
            .build();
        let mut writer = match files.writer_with_options::<TantivyDocument>(options) {
            Ok(writer) => writer,
            Err(error) => {
                let _ = ready.send(Err(error.into()));
                return;
            }
        };
        // Whoever asked may have gone away; the work is done all the same.
        let _ = ready.send(Ok(()));
        while let Ok(work) = orders.recv() {
            let (reply, done) = match work {
                Work::Put(entries, mark, purge, reply) => {
                    (reply, self.put(files, &mut writer, &entries, &mark, purge))
                }
                Work::Clear(reply) => (reply, self.clear(&mut writer)),
            };
            let done = done.inspect_err(|_| {
                // What was begun must not slip into the next commit.
                let _ = writer.rollback();
            });
            let _ = reply.send(done);
        }
        // A merge under way is broken off: nobody waits for it, and its files are removed at the
        // next commit.
    }

    fn put(
        &self,
        files: &Files,
        writer: &mut IndexWriter,
        entries: &[Entry],
        mark: &Mark,
        purge: bool,
    ) -> Result<(), SearchError> {
        for entry in entries {
            writer.delete_term(Term::from_field_text(self.fields.id, &entry.id));
            writer.add_document(self.fields.document(entry))?;
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&mark.write(VERSION));
        commit.commit()?;
        self.reader.reload()?;
        self.set(Some(mark.clone()));
        if purge {
            self.purge(files, writer)?;
        }
        Ok(())
    }

    fn clear(&self, writer: &mut IndexWriter) -> Result<(), SearchError> {
        writer.delete_all_documents()?;
        writer.commit()?;
        writer.garbage_collect_files().wait()?;
        self.reader.reload()?;
        self.set(None);
        Ok(())
    }

    /// Writes every segment anew that holds something replaced, and removes the old ones.
    fn purge(&self, files: &Files, writer: &mut IndexWriter) -> Result<(), SearchError> {
        let stale: Vec<SegmentId> = files
            .searchable_segment_metas()?
            .iter()
            .filter(|segment| segment.has_deletes())
            .map(tantivy::SegmentMeta::id)
            .collect();
        if !stale.is_empty() {
            writer.merge(&stale).wait()?;
            self.reader.reload()?;
        }
        writer.garbage_collect_files().wait()?;
        Ok(())
    }

    fn set(&self, mark: Option<Mark>) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }
}
