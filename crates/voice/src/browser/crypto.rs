//! What str0m asks of cryptography: digests, HMAC and GCM by ring, one AES block and counter mode by
//! aes and ctr, DTLS by dimpl. Its own providers all bring aws-lc.

use aes::cipher::{BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use ring::{digest, hmac};
use std::sync::Arc;
use std::time::Instant;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, ProtocolVersion,
};
use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, CryptoProvider,
    Sha1HmacProvider, Sha1Provider, Sha256Provider, SrtpProvider, SupportedAeadAes128Gcm,
    SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

/// The provider.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider {
        srtp_provider: &Srtp,
        sha1_hmac_provider: &Digests,
        sha1_provider: &Digests,
        sha256_provider: &Digests,
        dtls_provider: &Dtls,
    }
}

/// A certificate for DTLS, which the browser knows by its fingerprint in our SDP alone.
pub(super) fn certificate() -> Option<DtlsCert> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).ok()?;
    let mut parameters = rcgen::CertificateParams::new(vec!["browser.invalid".to_owned()]).ok()?;
    parameters
        .distinguished_name
        .push(rcgen::DnType::CommonName, "liandong");
    let made = parameters.self_signed(&key).ok()?;
    Some(DtlsCert {
        certificate: made.der().to_vec(),
        private_key: key.serialize_der(),
    })
}

fn fault(what: &str) -> CryptoError {
    CryptoError::Other(what.to_owned())
}

#[derive(Debug)]
struct Digests;

impl Sha1Provider for Digests {
    fn sha1(&self, data: &[u8]) -> [u8; 20] {
        let sum = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data);
        sum.as_ref().first_chunk().copied().unwrap_or([0; 20])
    }
}

impl Sha256Provider for Digests {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        let sum = digest::digest(&digest::SHA256, data);
        sum.as_ref().first_chunk().copied().unwrap_or([0; 32])
    }
}

impl Sha1HmacProvider for Digests {
    fn sha1_hmac(&self, key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
        let mut sum = hmac::Context::with_key(&key);
        payloads.iter().for_each(|payload| sum.update(payload));
        sum.sign()
            .as_ref()
            .first_chunk()
            .copied()
            .unwrap_or([0; 20])
    }
}

#[derive(Debug)]
struct Srtp;

impl SrtpProvider for Srtp {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &Srtp
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Srtp
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Srtp
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        if let Ok(cipher) = aes::Aes128::new_from_slice(key) {
            block(&cipher, input, output);
        }
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        if let Ok(cipher) = aes::Aes256::new_from_slice(key) {
            block(&cipher, input, output);
        }
    }
}

/// One block of the key derivation (RFC 3711, 4.3.3); what stands behind it in `output` is not looked at.
fn block(
    cipher: &impl BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
    input: &[u8],
    output: &mut [u8],
) {
    let Some(input) = input.first_chunk::<16>() else {
        return;
    };
    let mut block = (*input).into();
    cipher.encrypt_block(&mut block);
    if let Some(output) = output.first_chunk_mut::<16>() {
        *output = block.into();
    }
}

impl SupportedAes128CmSha1_80 for Srtp {
    fn create_cipher(&self, key: [u8; 16], _: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Counter(key))
    }
}

impl SupportedAeadAes128Gcm for Srtp {
    fn create_cipher(&self, key: [u8; 16], _: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Gcm::new(&AES_128_GCM, &key))
    }
}

impl SupportedAeadAes256Gcm for Srtp {
    fn create_cipher(&self, key: [u8; 32], _: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Gcm::new(&AES_256_GCM, &key))
    }
}

struct Counter([u8; 16]);

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Counter")
    }
}

impl Aes128CmSha1_80Cipher for Counter {
    fn encrypt(
        &mut self,
        iv: &[u8; 16],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let output = output
            .get_mut(..input.len())
            .ok_or_else(|| fault("no room"))?;
        output.copy_from_slice(input);
        let mut cipher = ctr::Ctr128BE::<aes::Aes128>::new(&self.0.into(), &(*iv).into());
        cipher
            .try_apply_keystream(output)
            .map_err(|_| fault("too long"))
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 16],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.encrypt(iv, input, output)
    }
}

#[derive(Debug)]
struct Gcm(Option<LessSafeKey>);

impl Gcm {
    fn new(algorithm: &'static Algorithm, key: &[u8]) -> Self {
        Self(UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new))
    }

    fn key(&self) -> Result<&LessSafeKey, CryptoError> {
        self.0.as_ref().ok_or_else(|| fault("no key"))
    }

    fn seal(
        &self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let room = || fault("no room");
        let text = output.get_mut(..input.len()).ok_or_else(room)?;
        text.copy_from_slice(input);
        let nonce = Nonce::assume_unique_for_key(*iv);
        let tag = self
            .key()?
            .seal_in_place_separate_tag(nonce, Aad::from(aad), text)
            .map_err(|_| fault("GCM"))?;
        let tag = tag.as_ref();
        output
            .get_mut(input.len()..input.len() + tag.len())
            .ok_or_else(room)?
            .copy_from_slice(tag);
        Ok(())
    }

    fn open(
        &self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let mut text = input.to_vec();
        let nonce = Nonce::assume_unique_for_key(*iv);
        let plain = self
            .key()?
            .open_in_place(nonce, Aad::from(aads.concat()), &mut text)
            .map_err(|_| fault("not authentic"))?;
        output
            .get_mut(..plain.len())
            .ok_or_else(|| fault("no room"))?
            .copy_from_slice(plain);
        Ok(plain.len())
    }
}

impl AeadAes128GcmCipher for Gcm {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Gcm {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(iv, aads, input, output)
    }
}

#[derive(Debug)]
struct Dtls;

impl DtlsProvider for Dtls {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        certificate()
    }

    fn new_dtls(
        &self,
        cert: &DtlsCert,
        now: Instant,
        version: DtlsVersion,
        mtu: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        // ICE has shown already that the other side is where it says.
        let mut config = dimpl::Config::builder().use_server_cookie(false);
        if let Some(mtu) = mtu {
            config = config.mtu(mtu);
        }
        let config = config.build().map_err(|error| fault(&error.to_string()))?;
        let (config, cert) = (Arc::new(config), cert.clone());
        let dtls = match version {
            DtlsVersion::Dtls12 => dimpl::Dtls::new_12(config, cert, now),
            DtlsVersion::Dtls13 => dimpl::Dtls::new_13(config, cert, now),
            _ => dimpl::Dtls::new_auto(config, cert, now),
        };
        Ok(Box::new(Handshake(dtls)))
    }
}

struct Handshake(dimpl::Dtls);

impl std::fmt::Debug for Handshake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handshake")
    }
}

impl DtlsInstance for Handshake {
    fn set_active(&mut self, active: bool) {
        self.0.set_active(active);
    }

    fn handle_packet(&mut self, packet: &[u8]) -> Result<(), DtlsImplError> {
        self.0.handle_packet(packet)
    }

    fn poll_output<'a>(&mut self, buf: &'a mut [u8]) -> DtlsOutput<'a> {
        self.0.poll_output(buf)
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), DtlsImplError> {
        self.0.handle_timeout(now)
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        self.0.send_application_data(data)
    }

    fn is_active(&self) -> bool {
        self.0.is_active()
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        self.0.protocol_version()
    }

    fn is_closing(&self) -> bool {
        self.0.is_closing()
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        self.0.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::value::{from_hex, to_hex};

    #[test]
    fn the_examples_of_the_standards() {
        // RFC 3174, and RFC 2202 test 1.
        assert_eq!(
            to_hex(&Digests.sha1(b"abc")),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert_eq!(
            to_hex(&Digests.sha1_hmac(&[0x0b; 20], &[b"Hi ", b"There"])),
            "b617318655057264e28bc0b6fb378c8ef146be00"
        );
        // RFC 3711, B.2: the key stream of AES-CM.
        let key = from_hex("2B7E151628AED2A6ABF7158809CF4F3C").and_then(|k| k.try_into().ok());
        let iv = from_hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").and_then(|k| k.try_into().ok());
        let mut stream = [0; 16];
        Counter(key.expect("a key"))
            .encrypt(&iv.expect("an iv"), &[0; 16], &mut stream)
            .expect("encrypted");
        assert_eq!(to_hex(&stream), "e03ead0935c95e80e166b16dd92b4eb4");
        // FIPS 197, C.1.
        let key = from_hex("000102030405060708090a0b0c0d0e0f").expect("a key");
        let text = from_hex("00112233445566778899aabbccddeeff").expect("a text");
        let mut block = [0; 32];
        Srtp.srtp_aes_128_ecb_round(&key, &text, &mut block);
        assert_eq!(to_hex(&block[..16]), "69c4e0d86a7b0430d8cdb78070b4c55a");
    }

    #[test]
    fn a_sealed_packet_is_opened_and_a_bent_one_is_not() {
        let mut cipher = Gcm::new(&AES_128_GCM, &[7; 16]);
        let mut sealed = [0; 21];
        let iv = [1; 12];
        AeadAes128GcmCipher::encrypt(&mut cipher, &iv, b"head", b"sound", &mut sealed)
            .expect("sealed");
        let mut opened = [0; 21];
        let parts: [&[u8]; 2] = [b"he", b"ad"];
        let length = AeadAes128GcmCipher::decrypt(&mut cipher, &iv, &parts, &sealed, &mut opened);
        assert_eq!(&opened[..length.expect("opened")], b"sound");
        sealed[3] ^= 1;
        assert!(
            AeadAes128GcmCipher::decrypt(&mut cipher, &iv, &parts, &sealed, &mut opened).is_err()
        );
    }
}
