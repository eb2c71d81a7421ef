package inet

import (
	"bytes"

	"somscope/decoder/dissect"
	"somscope/decoder/field"
)

// textLines names the lines of a text protocol, as far as they are text: what
// follows an empty line, or is not printable, is the body.
func textLines(d *dissect.D, s *field.Spec, head bool) {
	d.Group(s, func(d *dissect.D) {
		for i := 0; d.OK() && d.Left() > 0; i++ {
			rest := d.Peek(d.Left())
			n := bytes.IndexByte(rest, '\n') + 1
			if n == 0 {
				n = len(rest)
			}
			line := bytes.TrimRight(rest[:n], "\r\n")
			if i == 200 || n > 4096 || !printable(line) {
				d.Rest(specTextBody)
				return
			}
			d.Text(specTextLine, n)
			if shown := redact(line); len(shown) != len(line) {
				line = shown
				d.Set(field.Text(string(line)))
				d.Note("the user hash is redacted")
			} else {
				d.Set(field.Text(string(line)))
			}
			if i == 0 {
				d.Head(field.Text(clip(string(line), 80)))
			}
			if head && len(line) == 0 {
				d.Rest(specTextBody)
				return
			}
		}
	})
}

// printable reports whether a line is text; what is beyond ASCII may be.
func printable(line []byte) bool {
	for _, c := range line {
		if c < ' ' && c != '\t' && c != '\r' && (c == 0 || c > 31 || !mircCode(c)) || c == 0x7F {
			return false
		}
	}
	return true
}

// mircCode reports whether c is one of the control codes by which IRC clients
// mark bold, colour, plain, reverse, italic, underline, and quoted commands.
func mircCode(c byte) bool {
	switch c {
	case 0x01, 0x02, 0x03, 0x0F, 0x16, 0x1D, 0x1F:
		return true
	}
	return false
}

// clip shortens s to about n bytes, not within a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

var citeText = []field.Cite{{Key: "somscope"}}

var specTextLine = &field.Spec{
	Name: "text.line", Label: "Line", Show: field.Words, Cite: citeText,
	Doc: "One line of a protocol that is written as text.",
}

var specTextBody = &field.Spec{
	Name: "text.body", Label: "Body", Show: field.Raw, Cite: citeText,
	Doc: "What the text announces: a page, a picture, a piece of a file.",
}

var specHTTP = &field.Spec{
	Name: "http", Label: "HTTP", Cite: []field.Cite{{Key: "rfc9112", Where: "§2.1"}},
	Doc: "The protocol of the web: a request line or a status line, header lines, an empty line, the body.",
}

var specRTSP = &field.Spec{
	Name: "rtsp", Label: "RTSP", Cite: []field.Cite{{Key: "rfc2326"}},
	Doc: "Remote control for media servers, in the form of HTTP.",
}

var specSSDP = &field.Spec{
	Name: "ssdp", Label: "SSDP", Cite: citeText, Trust: field.Measured,
	Doc: "Devices of the home network look for each other, in the form of HTTP over UDP.",
}

var specSIP = &field.Spec{
	Name: "sip", Label: "SIP", Cite: []field.Cite{{Key: "rfc3261", Where: "§7"}},
	Doc: "The Session Initiation Protocol sets up calls; it is what Skype did not use.",
}

var specIRC = &field.Spec{
	Name: "irc", Label: "IRC", Cite: []field.Cite{{Key: "rfc1459", Where: "§2.3"}},
	Doc: "Internet Relay Chat: one command or message a line.",
}

var specFTP = &field.Spec{
	Name: "ftp", Label: "FTP", Cite: []field.Cite{{Key: "rfc959"}},
	Doc: "Commands and answers of a file transfer.",
}

var specSMTP = &field.Spec{
	Name: "smtp", Label: "SMTP", Cite: []field.Cite{{Key: "rfc5321"}},
	Doc: "Mail on its way between servers.",
}

var specPOP = &field.Spec{
	Name: "pop", Label: "POP3", Cite: []field.Cite{{Key: "rfc1939"}},
	Doc: "A mail program fetches mail.",
}

var specIMAP = &field.Spec{
	Name: "imap", Label: "IMAP", Cite: []field.Cite{{Key: "rfc3501"}},
	Doc: "A mail program works in a mailbox.",
}

var specSSH = &field.Spec{
	Name: "ssh", Label: "SSH", Cite: []field.Cite{{Key: "rfc4253", Where: "§4.2"}},
	Doc: "The greeting of a secure shell, which goes in clear.",
}

var specGnutella = &field.Spec{
	Name: "gnutella", Label: "Gnutella", Cite: citeText, Trust: field.Measured,
	Doc: "The greeting of a file-sharing network of Skype's time.",
}

var specSyslog = &field.Spec{
	Name: "syslog", Label: "Syslog", Cite: []field.Cite{{Key: "rfc5424"}},
	Doc: "A line for the log of another machine.",
}

var textSpecs = []*field.Spec{
	specTextLine, specTextBody, specHTTP, specRTSP, specSSDP, specSIP, specIRC, specFTP, specSMTP, specPOP, specIMAP, specSSH, specGnutella,
	specSyslog,
}
