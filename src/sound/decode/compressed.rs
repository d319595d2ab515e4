//! FLAC, Ogg Vorbis and MP3.

use std::io::Cursor;

use super::{Flaw, Gathered, Pcm};

fn damaged(error: impl std::fmt::Display) -> Flaw {
    Flaw::new(format!("is damaged ({error})"), "copy or export it anew")
}

pub(super) fn flac(bytes: &[u8]) -> Result<Pcm, Flaw> {
    let mut reader = claxon::FlacReader::new(Cursor::new(bytes)).map_err(damaged)?;
    let info = reader.streaminfo();
    let mut gathered = Gathered::new(info.sample_rate, info.channels as usize)?;
    let scale = 1.0 / (1_u64 << info.bits_per_sample.clamp(1, 32).saturating_sub(1)) as f32;
    for sample in reader.samples() {
        gathered.push(sample.map_err(damaged)? as f32 * scale)?;
    }
    Ok(gathered.done())
}

pub(super) fn ogg(bytes: &[u8]) -> Result<Pcm, Flaw> {
    let first = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    if first.windows(8).any(|window| window == b"OpusHead") {
        return Err(Flaw::new("holds Opus, which is not read", "make a FLAC file of it: `ffmpeg -i it it.flac`"));
    }
    let mut reader = lewton::inside_ogg::OggStreamReader::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut gathered = Gathered::new(reader.ident_hdr.audio_sample_rate, usize::from(reader.ident_hdr.audio_channels))?;
    let mut packet = || reader.read_dec_packet_generic::<lewton::samples::InterleavedSamples<f32>>();
    while let Some(packet) = packet().map_err(damaged)? {
        for sample in packet.samples {
            gathered.push(sample)?;
        }
    }
    Ok(gathered.done())
}

pub(super) fn mp3(bytes: &[u8]) -> Result<Pcm, Flaw> {
    let mut reader = nanomp3::SliceReader::<f32>::new(bytes);
    let channels = reader.channels().map_or(0, |channels| usize::from(channels.num()));
    let mut gathered = Gathered::new(reader.sample_rate(), channels)?;
    let mut block = vec![0.0; 4608];
    loop {
        let count = reader.read(&mut block).map_err(damaged)?;
        if count == 0 {
            return Ok(gathered.done());
        }
        for sample in block.iter().take(count) {
            gathered.push(*sample)?;
        }
    }
}
