package view

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"somscope/wasm/proto"
)

// A Tab is one of the views.
type Tab uint8

const (
	TabPackets Tab = iota
	TabFlows
	TabStory
	TabRoles
	TabMedia
	TabFile
	TabProfile // what Skype's own files say
	Tabs       // how many there are
)

var tabWords = [Tabs]string{"packets", "flows", "story", "roles", "media", "file", "profile"}

func (t Tab) String() string { return tabWords[t%Tabs] }

// Lone reports whether the view shows no packet's fields below.
func (t Tab) Lone() bool { return t == TabFlows || t == TabRoles || t == TabMedia || t == TabProfile }

// tabOrder is how the views stand side by side.
var tabOrder = [Tabs]Tab{TabPackets, TabFlows, TabStory, TabRoles, TabMedia, TabProfile, TabFile}

// Has reports whether there is such a view: with a capture open, and with files of Skype's own
// on the shelf.
func (t Tab) Has(capture, shelf bool) bool {
	switch t {
	case TabProfile:
		return shelf
	case TabFile:
		return capture || shelf
	}
	return capture
}

// Beside is the view next to this one among those that there are, round the row.
func (t Tab) Beside(by int, capture, shelf bool) Tab {
	at := 0
	for i, x := range tabOrder {
		if x == t {
			at = i
		}
	}
	for range Tabs {
		at = (at + by + int(Tabs)) % int(Tabs)
		if tabOrder[at].Has(capture, shelf) {
			return tabOrder[at]
		}
	}
	return t
}

// TabNamed finds a view by its word.
func TabNamed(s string) (Tab, bool) {
	for i, w := range tabWords {
		if w == s {
			return Tab(i), true
		}
	}
	return 0, false
}

var asWords = [...]string{"auto", "skype", "e2o", "not", "rtp"}

// AsWord is the word for a treatment in links and controls.
func AsWord(a proto.As) string {
	if int(a) < len(asWords) {
		return asWords[a]
	}
	return asWords[0]
}

// AsNamed finds a treatment by its word.
func AsNamed(s string) (proto.As, bool) {
	for i, w := range asWords {
		if w == s {
			return proto.As(i), true
		}
	}
	return 0, false
}

// A Link is the state worth sharing, as it stands behind the # of the address:
//
//	#sample=probe&n=17&at=skype.udp.func
//	#file=call.pcap&hash=0123456789ab&tab=flows&flow=3&treat=3:e2o
//	#sample=ilbc&tab=media&stream=2&codec=2:ilbc30
//
// Unknown words are skipped, so that a link made by a later version still opens.
type Link struct {
	Sample string // of the shelf; "" when a file is meant
	File   string // name of the user's file, shown when it is asked for
	Hash   string // fingerprint of its content, 12 hex digits
	N      uint32 // packet from 1, 0 for none
	At     string // Spec name of the selected field
	Nth    int    // which of several fields of that name in the packet, from 0
	Buf    uint8  // buffer of Bits
	Bits   string // "352+8": the selected bits, when no field is named
	Tab    Tab
	Flow   uint32 // from 1, 0 for none
	Block  uint32 // from 1 (0 for none), so that the zero Link selects nothing
	Phase  uint32 // of the story, from 1, 0 for none
	Role   uint32 // from 1, 0 for none
	Class  uint32 // of equal messages, from 1, 0 for none
	Stream uint32 // of voice, from 1, 0 for none
	Local  uint32 // one of Skype's own files, by its number on the shelf, from 1, 0 for none
	Piece  uint32 // of that file, from 1, 0 for none
	As     string // codec whose bare frames the file is said to hold, "" when it is not
	Treat  []Treated
	Public []Public
	Codec  []Coded
}

// A Coded is a stream of voice and the codec, by its name, that the user has
// it read with.
type Coded struct {
	Stream uint32
	Codec  string
}

// A Public is the address under which a host is seen, as the user has said.
type Public struct{ Host, Addr string }

// A Treated is a flow the user has decided about.
type Treated struct {
	Flow uint32
	As   proto.As
}

// ParseLink reads a fragment, with or without its #. It never fails: what it
// does not understand is left out.
func ParseLink(s string) Link {
	var l Link
	for _, part := range Parts(strings.TrimPrefix(s, "#"), '&') {
		key, val, _ := strings.Cut(part, "=")
		val = unescape(val)
		switch key {
		case "sample":
			l.Sample = val
		case "file":
			l.File = val
		case "hash":
			if isHash(val) {
				l.Hash = val
			}
		case "n":
			l.N = number(val)
		case "at":
			name, nth, ok := strings.Cut(val, "~")
			l.At = name
			if n := number(nth); ok && n < 1<<20 {
				l.Nth = int(n)
			}
		case "bits":
			b, rest, ok := strings.Cut(val, ":")
			if n := number(b); ok && n < 256 {
				if _, _, ok := ParseBits(rest); ok {
					l.Buf, l.Bits = uint8(n), rest
				}
			}
		case "tab":
			if t, ok := TabNamed(val); ok {
				l.Tab = t
			}
		case "flow":
			l.Flow = number(val)
		case "block":
			l.Block = number(val)
		case "phase":
			l.Phase = number(val)
		case "role":
			l.Role = number(val)
		case "class":
			l.Class = number(val)
		case "stream":
			l.Stream = number(val)
		case "local":
			l.Local = number(val)
		case "piece":
			l.Piece = number(val)
		case "as":
			if isWord(val) {
				l.As = val
			}
		case "codec":
			l.Codec = parseCodecs(val)
		case "treat":
			l.Treat = parseTreats(val)
		case "public":
			l.Public = parsePublics(val)
		}
	}
	if l.At == "" {
		l.Nth = 0
	}
	if l.Sample != "" { // a sample needs no file
		l.File, l.Hash = "", ""
	}
	return l
}

// MaxTreats bounds what a link may ask for.
const MaxTreats = 64

func parseTreats(s string) []Treated {
	var out []Treated
	for _, p := range Parts(s, ',') {
		f, w, _ := strings.Cut(p, ":")
		as, ok := AsNamed(w)
		n := number(f)
		if !ok || n == 0 || as == proto.Auto || len(out) == MaxTreats {
			continue
		}
		out = append(out, Treated{n, as})
	}
	return out
}

func parseCodecs(s string) []Coded {
	var out []Coded
	for _, p := range Parts(s, ',') {
		n, name, _ := strings.Cut(p, ":")
		if x := (Coded{number(n), name}); x.Stream != 0 && isWord(name) && len(out) < MaxTreats {
			out = append(out, x)
		}
	}
	return out
}

// isWord reports whether a text may be the name of a codec: small letters and
// digits, not many.
func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != "" && len(s) < 16
}

func parsePublics(s string) []Public {
	var out []Public
	for _, p := range Parts(s, ',') {
		host, addr, _ := strings.Cut(p, "~")
		if isAddress(host) && IsIPv4(addr) && len(out) < MaxTreats {
			out = append(out, Public{host, addr})
		}
	}
	return out
}

// isAddress reports whether a text is made of what addresses are made of.
func isAddress(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') && c != '.' && c != ':' {
			return false
		}
	}
	return s != "" && len(s) < 46
}

// IsIPv4 reports whether a text is an IPv4 address, as people write it.
func IsIPv4(s string) bool {
	parts := Parts(s, '.')
	for _, p := range parts {
		if n, ok := ParseNumber(p); !ok || n > 255 || len(p) > 1 && p[0] == '0' {
			return false
		}
	}
	return len(parts) == 4
}

// String writes the link with its #; the zero Link is "".
func (l Link) String() string {
	var b writer
	put := func(key, val string) {
		if len(b) == 0 {
			b.put('#')
		} else {
			b.put('&')
		}
		b.add(key)
		b.put('=')
		b.add(val)
	}
	if l.Sample != "" {
		put("sample", escape(l.Sample))
	} else {
		if l.File != "" {
			put("file", escape(l.File))
		}
		if l.Hash != "" {
			put("hash", l.Hash)
		}
	}
	if l.Tab != TabPackets {
		put("tab", l.Tab.String())
	}
	nums := [...]struct {
		key string
		n   uint32
	}{{"n", l.N}, {"flow", l.Flow}, {"block", l.Block}, {"phase", l.Phase}, {"role", l.Role}, {"class", l.Class}, {"stream", l.Stream}, {"local", l.Local}, {"piece", l.Piece}}
	for _, x := range nums {
		if x.n != 0 {
			put(x.key, strconv.FormatUint(uint64(x.n), 10))
		}
	}
	if l.At != "" {
		at := escape(l.At)
		if l.Nth > 0 {
			at += "~" + strconv.Itoa(l.Nth)
		}
		put("at", at)
	}
	if l.Bits != "" {
		put("bits", strconv.Itoa(int(l.Buf))+":"+l.Bits)
	}
	if len(l.Treat) > 0 {
		var t []string
		for _, x := range l.Treat {
			t = append(t, strconv.FormatUint(uint64(x.Flow), 10)+":"+AsWord(x.As))
		}
		put("treat", join(t))
	}
	if l.As != "" {
		put("as", l.As)
	}
	if len(l.Codec) > 0 {
		var t []string
		for _, x := range l.Codec {
			t = append(t, strconv.FormatUint(uint64(x.Stream), 10)+":"+x.Codec)
		}
		put("codec", join(t))
	}
	if len(l.Public) > 0 {
		var t []string
		for _, x := range l.Public {
			t = append(t, x.Host+"~"+x.Addr)
		}
		put("public", join(t))
	}
	return string(b)
}

// SameFile reports whether two links mean the same capture, read in the same way.
func (l Link) SameFile(m Link) bool {
	if l.As != m.As {
		return false
	}
	if l.Sample != "" || m.Sample != "" {
		return l.Sample == m.Sample
	}
	if l.Hash != "" && m.Hash != "" {
		return l.Hash == m.Hash
	}
	return l.File == m.File
}

// Empty reports whether the link names no capture.
func (l Link) Empty() bool { return l.Sample == "" && l.File == "" && l.Hash == "" }

// ParseBits reads "352+8": a bit offset and a length.
func ParseBits(s string) (off, n uint32, ok bool) {
	a, b, ok := strings.Cut(s, "+")
	off, ok1 := ParseNumber(a)
	n, ok2 := ParseNumber(b)
	return off, n, ok && ok1 && ok2
}

// Bits writes what ParseBits reads.
func Bits(off, n uint32) string {
	return strconv.FormatUint(uint64(off), 10) + "+" + strconv.FormatUint(uint64(n), 10)
}

func number(s string) uint32 {
	n, _ := ParseNumber(s)
	return n
}

func isHash(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) >= 6 && len(s) <= 64
}

// Parts cuts a text at every sign of a kind.
func Parts(s string, at byte) []string {
	var out []string
	from := 0
	for i := range len(s) {
		if s[i] == at {
			out, from = append(out, s[from:i]), i+1
		}
	}
	return append(out, s[from:])
}

func join(list []string) string {
	var b writer
	for i, t := range list {
		if i > 0 {
			b.put(',')
		}
		b.add(t)
	}
	return string(b)
}

// A writer gathers text. strings.Builder guards against misuse that cannot happen here, and
// visitors would wait for it.
type writer []byte

func (b *writer) put(c byte)   { *b = append(*b, c) }
func (b *writer) add(s string) { *b = append(*b, s...) }

// escape writes everything but letters, digits and a few harmless signs as %XX.
func escape(s string) string {
	var b writer
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			b.put(c)
			continue
		}
		b.put('%')
		b.put("0123456789ABCDEF"[c>>4])
		b.put("0123456789ABCDEF"[c&15])
	}
	return string(b)
}

func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return valid(s)
	}
	var b writer
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, ok1 := unhex(s[i+1])
			lo, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				b.put(hi<<4 | lo)
				i += 2
				continue
			}
		}
		b.put(s[i])
	}
	return valid(string(b))
}

// valid puts one U+FFFD in the place of each run of bytes that is not UTF-8.
func valid(s string) string {
	var b writer
	bad := false
	for _, r := range s {
		if r != utf8.RuneError || !bad {
			b.add(string(r))
		}
		bad = r == utf8.RuneError
	}
	return string(b)
}

func unhex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
