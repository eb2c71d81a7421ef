package main

import (
	"errors"
	"strconv"
	"strings"

	"somscope/decoder"
	"somscope/decoder/field"
	"somscope/wasm/proto"
)

// errGone is what the browser's refusal to read becomes: it gives no reason,
// and this is the usual one.
var errGone = errors.New("it was moved, changed or taken away since it was chosen")

const chooseAgain = "Choose the file again."

// kind sorts an error for the page: its style, and what tests look for.
func kind(err error) string {
	var c *decoder.Crash
	switch {
	case errors.As(err, &c):
		return "crash"
	case errors.Is(err, errGone):
		return "gone"
	case errors.Is(err, field.ErrShort), errors.Is(err, field.ErrSnapped):
		return "short"
	case errors.Is(err, field.ErrUnsupported):
		return "unsupported"
	case errors.Is(err, field.ErrLimit):
		return "limit"
	}
	return "format"
}

// refusal says why a file is not opened.
func refusal(err error, size int64) *proto.Problem {
	p := &proto.Problem{Off: -1, Kind: kind(err)}
	var e *field.Error
	if p.Kind == "gone" || !errors.As(err, &e) {
		p.Kind = "gone"
		p.What = "The file cannot be read: " + cause(err).Error() + "."
		p.Hint = chooseAgain
		return p
	}
	switch e.In { // what cannot be sound either
	case "empty":
		p.Kind = "empty"
	case "text", "html", "xml", "json":
		p.Kind = "text"
	}
	p.Off = e.Off
	at := at(e.Off)
	if e.Off == 0 && p.Kind != "short" { // of what the whole file is, the place tells nothing
		at = ""
	}
	switch {
	case size == 0:
		p.What = "The file is empty: it has 0 bytes, and a capture has at least a header of 24."
	case strings.HasPrefix(e.What, "this is "), strings.HasPrefix(e.What, "the unpacked file is "):
		p.What = strings.ToUpper(e.What[:1]) + e.What[1:] + at + "."
	case p.Kind == "short":
		p.What = "This file ends too early: " + e.What + at + "."
	default:
		p.What = "This file cannot be opened: " + e.What + at + "."
	}
	p.Hint = "Somscope reads pcap and pcapng files, also packed with gzip or zstd; voice in files of iLBC, SILK_V3 and Ogg Opus; and Skype's config.xml, shared.xml and .dbb."
	return p
}

// cause is errGone when that is what is behind an error.
func cause(err error) error {
	if errors.Is(err, errGone) {
		return errGone
	}
	return err
}

// stopped says why reading ended before the end of the file, or what had to be
// left out, and what still works.
func stopped(err error, c *decoder.Capture) *proto.Problem {
	p := &proto.Problem{Off: -1, Kind: kind(err)}
	what := cause(err).Error()
	var e *field.Error
	if p.Kind == "gone" {
		p.Hint = chooseAgain
		if errors.As(err, &e) {
			p.Off = e.Off
			what = e.What + at(e.Off)
		}
	} else if errors.As(err, &e) {
		p.Off = e.Off
		what = e.What
		if what == "" {
			what = e.Err.Error()
		}
		if !strings.Contains(what, "offset") {
			what += at(e.Off)
		}
	}
	if c.Through() {
		p.What = "A part of the file was passed over: " + what + ". The rest was read: " + count(uint64(c.Len()), "packet") + "."
		return p
	}
	p.What = "Reading stopped: " + what + ". " + rest(c.Len())
	return p
}

// readingCrashed says that a fault of ours ended the reading at packet n.
func readingCrashed(n uint32, packets int) string {
	s := "Reading stopped because of a fault in Somscope, not in your file"
	if n > 0 {
		s += ", at packet " + strconv.FormatUint(uint64(n), 10)
	}
	return s + ". " + rest(packets)
}

// rest says what can still be used.
func rest(packets int) string {
	switch packets {
	case 0:
		return "No packet could be read."
	case 1:
		return "The packet before that can be used."
	}
	return "The " + thousands(uint64(packets)) + " packets before that can be used."
}

func at(off int64) string {
	return " (offset " + strconv.FormatInt(off, 10) + ")"
}

// thousands writes a number with commas: 1,234,567.
func thousands(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// wrong says why one packet, block or flow cannot be shown.
func wrong(what string, err error) *proto.Problem {
	p := &proto.Problem{Off: -1, Kind: kind(err)}
	var e *field.Error
	if p.Kind == "gone" {
		p.What = what + " cannot be shown, for the file cannot be read any more: " + cause(err).Error() + "."
		p.Hint = chooseAgain
		return p
	}
	if errors.As(err, &e) {
		p.Off = e.Off
		p.What = what + " cannot be shown: " + e.What + at(e.Off) + "."
		return p
	}
	p.What = what + " cannot be shown: " + err.Error() + "."
	return p
}
