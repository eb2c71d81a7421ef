package synth

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// A dialog is a call set up over SIP (RFC 3261) by way of a proxy. The machine calls.
type dialog struct {
	w             *world
	pc, proxy     *host
	id, tag, back string // Call-ID, tags of the one who calls and of the one who answers
	branch        string
	agent, other  string // the programs
	offer, answer string // SDP
	far           *host
}

// The port of SIP.
const sipPort = 5060

func (w *world) dialog(pc, proxy, far *host, agent, other string) *dialog {
	return &dialog{w: w, pc: pc, proxy: proxy, far: far, agent: agent, other: other,
		id: hexText(w.rng.bytes(8)), tag: hexText(w.rng.bytes(4)), back: hexText(w.rng.bytes(4)), branch: hexText(w.rng.bytes(5))}
}

// sdp describes the one medium of a call: where it is wanted, and in which codecs.
// lines are its attributes.
func sdp(at netip.Addr, port uint16, version int, types string, lines ...string) string {
	var b strings.Builder
	b.WriteString("v=0\r\no=- " + strconv.Itoa(version) + " " + strconv.Itoa(version) + " IN IP4 " + at.String() + "\r\ns=-\r\n" +
		"c=IN IP4 " + at.String() + "\r\nt=0 0\r\nm=audio " + strconv.Itoa(int(port)) + " RTP/AVP " + types + "\r\n")
	for _, line := range lines {
		b.WriteString("a=" + line + "\r\n")
	}
	return b.String()
}

// Who speaks with whom. The names are those of examples everywhere.
const (
	caller = "sip:alice@example.net"
	callee = "sip:bob@example.org"
)

// request and response are messages; seq is a number and a method: "1 INVITE".
func (d *dialog) request(seq, branch, body string, more ...string) []byte {
	_, method, _ := strings.Cut(seq, " ")
	via := []string{"Via: SIP/2.0/UDP " + d.pc.ip.String() + ":5060;rport;branch=z9hG4bK" + branch, "Max-Forwards: 70"}
	return d.message(method+" "+callee+" SIP/2.0", seq, body, append(via, more...))
}

func (d *dialog) response(status, seq, branch, body string, more ...string) []byte {
	via := []string{"Via: SIP/2.0/UDP " + d.pc.ip.String() + ":5060;rport=5060;branch=z9hG4bK" + branch}
	return d.message("SIP/2.0 "+status, seq, body, append(via, more...))
}

func (d *dialog) message(first, seq, body string, more []string) []byte {
	to := "To: <" + callee + ">"
	if !strings.HasPrefix(first, "INVITE") && !strings.HasPrefix(first, "SIP/2.0 100") {
		to += ";tag=" + d.back
	}
	lines := append([]string{first}, more...)
	lines = append(lines, "From: <"+caller+">;tag="+d.tag, to, "Call-ID: "+d.id+"@example.net", "CSeq: "+seq)
	if body != "" {
		lines = append(lines, "Content-Type: application/sdp")
	}
	lines = append(lines, "Content-Length: "+strconv.Itoa(len(body)), "", body)
	return []byte(strings.Join(lines, "\r\n"))
}

// ring calls; after so long the other side answers, and then is called. Two
// voices are heard from then on.
func (d *dialog) ring(after time.Duration, then func()) {
	mine := "Contact: <sip:alice@" + d.pc.ip.String() + ":5060>"
	theirs := []string{"Record-Route: <sip:" + d.proxy.ip.String() + ";lr>", "Contact: <sip:bob@" + d.far.ip.String() + ":5060>", "Server: " + d.other}
	d.w.point("invite")
	d.out(d.request("1 INVITE", d.branch, d.offer, mine, "User-Agent: "+d.agent, "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS"))
	d.w.after(d.w.lag(d.proxy), func() { d.in(d.response("100 Trying", "1 INVITE", d.branch, "")) })
	d.w.after(d.w.lag(d.proxy)+d.w.lag(d.far), func() { d.in(d.response("180 Ringing", "1 INVITE", d.branch, "", theirs...)) })
	d.w.after(after, func() {
		d.w.point("answered")
		d.in(d.response("200 OK", "1 INVITE", d.branch, d.answer, theirs...))
		d.w.after(1800*time.Microsecond, func() {
			d.out(d.request("1 ACK", d.branch+"1", "", "Route: <sip:"+d.proxy.ip.String()+";lr>"))
			then()
		})
	})
}

// hang ends the call.
func (d *dialog) hang() {
	d.w.point("bye")
	d.out(d.request("2 BYE", d.branch+"2", "", "Route: <sip:"+d.proxy.ip.String()+";lr>"))
	d.w.after(d.w.lag(d.proxy)+d.w.lag(d.far), func() { d.in(d.response("200 OK", "2 BYE", d.branch+"2", "")) })
}

func (d *dialog) out(msg []byte) { d.w.send(d.pc, sipPort, d.proxy, sipPort, msg) }
func (d *dialog) in(msg []byte)  { d.w.send(d.proxy, sipPort, d.pc, sipPort, msg) }
