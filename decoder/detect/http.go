package detect

import (
	"bytes"
	"fmt"
	"strings"
)

// httpText joins the first payloads of the side that speaks first, as far as no byte is missing.
// whole says that the end of the header is among them.
func httpText(c *Conversation) (text []byte, whole bool, packets []uint32) {
	first := c.Packets[0].Dir
	for i := range c.Packets[:min(len(c.Packets), 12)] {
		p := &c.Packets[i]
		if p.Dir != first {
			continue
		}
		text = append(text, p.Head...)
		packets = append(packets, p.Packet)
		if len(p.Head) < p.Len || len(text) > 4*HeadLen {
			break
		}
	}
	return text, bytes.Contains(text, []byte("\r\n\r\n")), packets
}

// A request is what the rules ask of an HTTP request.
type request struct {
	uri, host, agent string
}

// parseRequest reads the request line and the two header fields. It takes what it gets: the end
// of a long request was not kept.
func parseRequest(text []byte) (r request, ok bool) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	method, after, found := bytes.Cut(line, []byte(" "))
	if !found || len(method) == 0 || len(method) > 16 {
		return r, false
	}
	for _, b := range method {
		if b < 'A' || b > 'Z' {
			return r, false
		}
	}
	uri, _, _ := bytes.Cut(after, []byte(" "))
	r.uri = string(bytes.TrimRight(uri, "\r"))
	if r.uri == "" || !strings.HasPrefix(r.uri, "/") && !strings.Contains(r.uri, "://") && method[0] != 'C' {
		return r, false
	}
	if _, after, found := strings.Cut(r.uri, "://"); found {
		r.host, _, _ = strings.Cut(after, "/") // an absolute URI names the host itself
	}
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		name, value, found := strings.Cut(string(line), ":")
		if !found {
			break
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "host":
			r.host = value
		case "user-agent":
			r.agent = value
		}
	}
	r.host = strings.ToLower(r.host)
	return r, true
}

// askRequest runs a test on the request of a connection to port 80.
func askRequest(c *Conversation, test func(r *request) (bool, string)) (Says, string, []uint32) {
	if _, port := c.dst(&c.Packets[0]); port != 80 {
		return No, fmt.Sprintf("it goes to port %d, not 80", port), nil
	}
	text, whole, packets := httpText(c)
	r, ok := parseRequest(text)
	if !ok {
		return No, "it does not begin with an HTTP request", nil
	}
	yes, why := test(&r)
	switch {
	case yes:
		return Yes, why, packets
	case !whole:
		why += ", as far as the request is known"
	}
	return No, why, nil
}

func etAgent(_ *Book, c *Conversation) (Says, string, []uint32) {
	return askRequest(c, func(r *request) (bool, string) {
		if strings.Contains(r.agent, "Skype") {
			return true, "its User-Agent holds Skype"
		}
		if r.agent == "" {
			return false, "it names no User-Agent"
		}
		return false, "its User-Agent does not hold Skype"
	})
}

func etUpdate(_ *Book, c *Conversation) (Says, string, []uint32) {
	return askRequest(c, func(r *request) (bool, string) {
		if strings.Contains(r.uri, "/ui/") && strings.Contains(r.uri, "/getlatestversion?ver=") {
			return true, "its address holds /ui/ and /getlatestversion?ver="
		}
		return false, "its address does not hold both /ui/ and /getlatestversion?ver="
	})
}

func openAppID(_ *Book, c *Conversation) (Says, string, []uint32) {
	return askRequest(c, func(r *request) (bool, string) {
		if host, _, _ := strings.Cut(r.host, ":"); host != "ui.skype.com" {
			return false, "its host is not ui.skype.com"
		}
		_, version, found := strings.Cut(r.uri, "ver=")
		version, _, _ = strings.Cut(version, "&")
		if !found {
			return false, "its host is ui.skype.com, but no version follows ver="
		}
		return true, fmt.Sprintf("its host is ui.skype.com, and the version is %.32q", version)
	})
}
