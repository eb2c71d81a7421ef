package skype

import (
	"bytes"
	"strings"
)

// An update request is plain HTTP:
//
//	GET /ui/<platform>/<version>/<language>/<keyword>[?ver=...&uhash=...] HTTP/1.1
//	Host: ui.skype.com
//
// A 1.2 client writes the whole address into the request line, as to a proxy. Baset &
// Schulzrinne 2004, appendix; the SkypeIRC capture; Schlatterbeck 2010, slide 14.

// platforms are the names of the numbers in the path.
var platforms = [...]string{"Windows", "", "Linux", "Mac"}

func platformName(n string) string {
	if len(n) == 1 && n[0] >= '0' && int(n[0]-'0') < len(platforms) {
		return platforms[n[0]-'0']
	}
	return ""
}

// keywords are the last parts of a path.
var keywords = [...]struct{ word, says string }{
	{"installed", "the program runs for the first time after it was installed"},
	{"getlatestversion", "the program asks at each start whether there is a newer one"},
	{"getnewestversion", "later programs ask whether there is a newer one"},
	{"upgradeinstall", "a later program was installed over an older one"},
}

// An update is what a request line says.
type update struct {
	host                             string // of an absolute address, or ""
	platform, version, lang, keyword string
	query                            string
	tom                              bool // the key of TOM-Skype's list of words
	known                            bool // the keyword is
}

// readTarget takes the target of a request line apart. ok is false when it is none of Skype's.
func readTarget(target string) (u update, ok bool) {
	path := target
	if rest, found := strings.CutPrefix(target, "http://"); found {
		var slash bool
		if u.host, path, slash = strings.Cut(rest, "/"); !slash {
			return u, false
		}
		path = "/" + path
	}
	path, u.query, _ = strings.Cut(path, "?")
	if path == "/agent/keyfile" {
		u.tom, u.keyword, u.known = true, "keyfile", true
		return u, true
	}
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	switch {
	case len(parts) == 5 && parts[0] == "ui": // platform, version, language, keyword
		u.platform, u.version, u.lang, u.keyword = parts[1], parts[2], parts[3], parts[4]
	default:
		return u, false
	}
	for _, k := range keywords {
		u.known = u.known || k.word == u.keyword
	}
	return u, u.known || platformName(u.platform) != "" && len(u.lang) == 2
}

// head is the head of an HTTP message: its lines with their ends, and where the body begins.
// done is false when the head goes on behind what is there.
func head(b []byte) (lines [][]byte, body int, done bool) {
	for len(lines) < 128 {
		i := bytes.IndexByte(b[body:], '\n')
		if i < 0 || i > 4096 {
			return lines, body, false
		}
		line := b[body : body+i+1]
		body += i + 1
		if len(lines) > 0 && len(bytes.TrimRight(line, "\r\n")) == 0 {
			return append(lines, line), body, true
		}
		lines = append(lines, line)
	}
	return lines, body, false
}

// headerOf splits a line of a head at its colon.
func headerOf(line []byte) (name, value string, ok bool) {
	s := strings.TrimRight(string(line), "\r\n")
	name, value, ok = strings.Cut(s, ":")
	return strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value), ok
}

// readUpdate reads a request for a newer version.
func readUpdate(sides *[2]StreamSide, opener int, _ bool) *Talk {
	c := &sides[opener]
	b := c.Data[:c.have(0)]
	if !bytes.HasPrefix(b, []byte("GET ")) {
		return nil
	}
	lines, body, _ := head(b)
	if len(lines) == 0 {
		return nil
	}
	words := strings.Fields(string(lines[0]))
	if len(words) != 3 || !strings.HasPrefix(words[2], "HTTP/1.") {
		return nil
	}
	u, ok := readTarget(words[1])
	if !ok {
		return nil
	}
	host, agent := u.host, ""
	for _, l := range lines[1:] {
		switch name, value, _ := headerOf(l); name {
		case "host":
			host = value
		case "user-agent":
			agent = value
		}
	}
	host = strings.ToLower(host)
	ours := host == "ui.skype.com" || strings.HasSuffix(host, ".skype.com")
	t := &Talk{Kind: TalkUpdate, Version: u.version, Platform: platformName(u.platform), Lang: u.lang}
	name := u.keyword
	switch {
	case u.tom && (strings.HasPrefix(host, "skypetools") && strings.HasSuffix(host, ".tom.com")):
		t.Sure = true
		t.Says = "TOM-Skype, the Chinese edition, fetches its list of forbidden words."
		t.Why = "the path and the host are those of TOM-Skype's list"
	case u.tom:
		return nil
	case !u.known && !ours:
		return nil
	case ours:
		t.Sure = true
		t.Says = "The program asks Skype's server for a newer version, in clear."
		if u.keyword == "installed" {
			t.Says = "The program tells Skype's server that it was installed, in clear."
		}
		t.Why = "the path and the host " + host + " are those of Skype's update check"
	default:
		t.Says = "This looks like Skype's update check."
		t.Why = "the path is that of Skype's update check"
		t.Doubt = "the host is not Skype's"
		if strings.Contains(agent, "Skype") {
			t.Why += ", and the program calls itself Skype"
		}
	}
	text := "update request " + name
	if u.tom {
		text = "request for the list of forbidden words"
	}
	if u.version != "" {
		text += " · version " + u.version
	}
	if t.Platform != "" {
		text += " for " + t.Platform
	}
	t.mark(Mark{Side: opener, At: 0, Len: body, Name: name, Text: text, kind: markRequest})
	s := &sides[1-opener]
	if r := s.Data[:s.have(0)]; bytes.HasPrefix(r, []byte("HTTP/1.")) {
		t.mark(Mark{Side: 1 - opener, At: 0, Len: len(r), Name: "answer", Text: "answer to " + name, kind: markReply})
	}
	return t
}
