//! Faults K12 and K13: no space, and places that cannot be written to.

use std::os::unix::ffi::OsStrExt;
use std::process::Command;
use std::sync::atomic::Ordering;

use surprisal::encode::{Options, write_file};
use surprisal::geom::FrameSize;

use crate::support::{Film, Place, fail, options, real_ffmpeg, run, text, with_encoder};

#[test]
fn a_limit_on_file_sizes_is_explained_and_leaves_the_old_output() {
    let Some(_) = real_ffmpeg() else { return };
    let place = Place::new();
    let out = place.out("film.mkv");
    std::fs::write(&out, "old").unwrap();
    // Blocks of 512 bytes: 50 kB. Shells differ in whether the signal is ignored; both endings must be understood.
    for trap in ["", "trap '' XFSZ;"] {
        let fake = place.fake(&format!("{trap} ulimit -f 100; exec $REAL \"$@\""));
        let (found, _) = fail(&Film::large(60), &with_encoder(&fake, "ffv1"), &out);
        assert_eq!(found.code, "disk-full", "{found:?}");
        let folder = place.at("out").display().to_string();
        assert!(text(&found).contains("needs room for about") && text(&found).contains(&folder), "{found:?}");
        assert_eq!((std::fs::read_to_string(&out).unwrap().as_str(), place.outputs().len()), ("old", 1));
    }
    run(&Film::large(60), &with_encoder(&real_ffmpeg().unwrap(), "ffv1"), &out).unwrap();
    assert!(std::fs::metadata(&out).unwrap().len() > 50_000);
}

/// Run by [`a_full_disk_is_explained`] in a mount namespace of its own, with `FULL_DISK` a disk of 256 kB.
#[test]
#[ignore = "started by another test"]
fn on_a_small_disk() {
    let (Some(disk), Some(real)) = (std::env::var_os("FULL_DISK"), real_ffmpeg()) else { return };
    let disk = std::path::PathBuf::from(disk);
    let film = Film { noise: true, size: FrameSize::new(640, 360).unwrap(), ..Film::new(100) };
    for (name, encoder) in [("film.mkv", "ffv1"), ("film.mp4", "libx264"), ("film.mov", "qtrle")] {
        let out = disk.join(name);
        std::fs::write(&out, "old").unwrap();
        let wishes = surprisal::encode::Wishes { crf: Some(0), ..with_encoder(&real, encoder).wishes };
        let options = Options { wishes, ..options(&real) };
        let (found, _) = fail(&film, &options, &out);
        assert_eq!(found.code, "disk-full", "{encoder}: {found:?}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "old");
        assert_eq!(std::fs::read_dir(&disk).unwrap().count(), 1, "{encoder}");
        std::fs::remove_file(out).unwrap();
    }
    let (found, _) = fail(&film, &options(&real), &disk.join("frames/"));
    assert_eq!(found.code, "disk-full", "{found:?}");
    assert_eq!(write_file(&disk.join("a"), &vec![0; 1 << 20], &[]).unwrap_err().code, "disk-full");
    assert_eq!(std::fs::read_dir(&disk).unwrap().count(), 0);
}

#[test]
fn a_full_disk_is_explained() {
    let place = Place::new();
    let script =
        "mount -t tmpfs -o size=256k none \"$FULL_DISK\" || exit 77; exec \"$0\" on_a_small_disk --ignored --nocapture";
    let output = Command::new("unshare")
        .args(["-rm", "/bin/sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("FULL_DISK", place.at("out"))
        .output();
    let Ok(output) = output else { return eprintln!("skipped: no unshare on this machine") };
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !said.contains("running 1 test") {
        return eprintln!("skipped: no mount namespaces here: {said}");
    }
    assert!(output.status.success(), "{said}");
}

#[test]
fn unwritable_places_are_found_before_any_frame() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    std::fs::write(place.out("script.mp4"), "an input").unwrap();
    std::fs::hard_link(place.out("script.mp4"), place.out("linked.mp4")).unwrap();
    std::os::unix::fs::symlink("nowhere.mp4", place.out("dangling.mp4")).unwrap();
    std::fs::create_dir(place.out("folder.mp4")).unwrap();
    std::fs::write(place.out("read-only.mp4"), "").unwrap();
    let mut permissions = std::fs::metadata(place.out("read-only.mp4")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(place.out("read-only.mp4"), permissions).unwrap();
    let before = place.outputs();
    let cases = [
        (place.out("missing/a.mp4"), "output-folder"),
        (place.out("script.mp4/a.mp4"), "output-folder"),
        (place.out("script.mp4/frames/"), "output-folder"),
        (place.out("script.mp4/"), "output-unwritable"),
        (place.out("read-only.mp4"), "output-unwritable"),
        (place.out("dangling.mp4"), "output-unwritable"),
        (place.out(&format!("{}.mp4", "x".repeat(300))), "output-name"),
        (place.out("film.avi"), "unknown-format"),
        (place.out("script.mp4"), "output-is-input"),
        (place.out("linked.mp4"), "output-is-input"),
    ];
    for (out, code) in cases {
        let film = Film::new(5);
        let options = Options { inputs: vec![place.out("script.mp4")], ..options(&real) };
        let found = run(&film, &options, &out).expect_err(code);
        assert_eq!(found.code, code, "{}: {found:?}", out.display());
        assert_eq!(film.drawn.load(Ordering::SeqCst), 0, "{code}");
    }
    assert_eq!(place.outputs(), before);
    assert_eq!(std::fs::read_to_string(place.out("script.mp4")).unwrap(), "an input");
}

#[test]
fn odd_names_are_only_names() {
    let Some(real) = real_ffmpeg() else { return };
    let place = Place::new();
    let mut names: Vec<std::ffi::OsString> = [
        "-y.mp4",
        "a b.mp4",
        "it's \"so\".mp4",
        "%03d.mp4",
        "http:x.mp4",
        "concat:a|b.mp4",
        "new\nline.mp4",
        "[x],;.mp4",
        "a#b?c=d&e.mp4",
    ]
    .map(Into::into)
    .into();
    if cfg!(target_os = "linux") {
        names.push(std::ffi::OsStr::from_bytes(b"\xff\xfe.mp4").into());
    }
    for name in &names {
        // The folder has such a name too: that is what ffmpeg gets to see.
        let folder = place.at("out").join(name);
        std::fs::create_dir(&folder).unwrap();
        run(&Film::new(3), &options(&real), &folder.join(name)).unwrap_or_else(|found| panic!("{name:?}: {found:?}"));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }
}
