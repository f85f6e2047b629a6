//! The way to the tests' server, which can fall silent: then nothing arrives any more, and nobody is told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use url::Url;

use super::database::Database;

/// Stands between a client and the server, behind a socket of its own.
pub struct SilentWire {
    folder: TempDir,
    server: Url,
    cut: Arc<AtomicBool>,
    clients: Arc<Mutex<Vec<UnixStream>>>,
}

impl Drop for SilentWire {
    /// Whoever waits for an answer that will not come is told now.
    fn drop(&mut self) {
        for client in self.clients.lock().unwrap().iter() {
            let _ = client.shutdown(Shutdown::Both);
        }
    }
}

impl SilentWire {
    pub fn to(database: &Database) -> Self {
        let (folder, server) = (tempfile::tempdir().unwrap(), Url::parse(&database.url()).unwrap());
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let (cut, to) = (Arc::new(AtomicBool::new(false)), server.clone());
        let (is_cut, clients) = (cut.clone(), Arc::new(Mutex::new(Vec::new())));
        let connected = clients.clone();
        std::thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                connected.lock().unwrap().push(client.try_clone().unwrap());
                join(client, &to, &is_cut);
            }
        });
        Self { folder, server, cut, clients }
    }

    /// The database at this end.
    pub fn url(&self) -> String {
        let mut url = Url::parse("postgresql:///").unwrap();
        url.set_path(self.server.path());
        let of_query = |name: &str| {
            let found = self.server.query_pairs().find(|(key, _)| key == name);
            found.map(|(_, value)| value.into_owned())
        };
        let user = of_query("user").unwrap_or_else(|| self.server.username().to_owned());
        let host = self.folder.path().to_str().unwrap();
        url.query_pairs_mut()
            .append_pair("host", host)
            .append_pair("port", "5432")
            .append_pair("user", &user);
        if let Some(password) = self.server.password() {
            url.query_pairs_mut().append_pair("password", password);
        }
        url.into()
    }

    /// From now on nothing passes.
    pub fn fall_silent(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }
}

/// Carries both ways until one side closes.
fn join(client: UnixStream, server: &Url, cut: &Arc<AtomicBool>) {
    let socket = server.query_pairs().find(|(key, _)| key == "host").map(|(_, folder)| folder.into_owned());
    match socket {
        Some(folder) => {
            let server = UnixStream::connect(Path::new(&folder).join(".s.PGSQL.5432")).unwrap();
            carry(client.try_clone().unwrap(), server.try_clone().unwrap(), cut.clone());
            carry(server, client, cut.clone());
        }
        None => {
            let address = (server.host_str().unwrap(), server.port().unwrap_or(5432));
            let server = TcpStream::connect(address).unwrap();
            carry(client.try_clone().unwrap(), server.try_clone().unwrap(), cut.clone());
            carry(server, client, cut.clone());
        }
    }
}

fn carry(mut from: impl Read + Send + 'static, mut to: impl Write + Send + 'static, cut: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            while cut.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_secs(1));
            }
            if to.write_all(&buffer[..length]).is_err() {
                return;
            }
        }
    });
}
