//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// Messages that are proven to be copies of one another, though most of them
// cannot be read: one class, or the list of all of them.

const mostCopies = 500 // listed

// showClass shows a class of equal messages, from 1; 0 shows the list of them.
func showClass(n uint32) {
	if s.File.Name == "" || s.Home {
		return
	}
	dialogs.help.modal(false)
	s.Class = n
	d := &dialogs
	d.classTitle.text("Equal messages")
	(&builder{}).el("p", "card-empty", "Looking …").into(d.classBody)
	d.class.modal(true)
	askForClass()
	later(n != 0)
}

func askForClass() {
	n := s.Class
	ask(askClass, &proto.Request{Equal: &proto.EqualAsk{Class: n}}, func(r *proto.Reply) {
		d := &dialogs
		b := &builder{}
		switch {
		case n != s.Class:
			return
		case r.Equal == nil:
			switch {
			case r.Err != nil && n != 0 && s.Progress.Deep.State >= 2: // it will not come any more
				d.class.modal(false)
				s.Class = 0
				alsoNotify(Notice{Text: sentence(r.Err)})
				later(false)
			case r.Err != nil:
				b.el("p", "", sentence(r.Err)).into(d.classBody)
			}
			return
		case n == 0:
			classList(b, r.Equal)
			d.classTitle.text("Equal messages")
		default:
			classPage(b, r.Equal)
			d.classTitle.text(r.Equal.Title)
		}
		if !r.Equal.Done {
			b.el("p", "dialog-note", "The second look is still under way ("+deepWords()+"): there may be more.")
		}
		b.into(d.classBody)
	})
}

func classKind(kind string) string {
	if kind == "confirmed" {
		return "✓ read"
	}
	return "= text unknown"
}

// table begins a table with these heads; close ends it twice.
func table(b *builder, name string, heads ...string) {
	b.open("table", "table").el("caption", "away", name).open("thead", "").open("tr", "")
	for _, h := range heads {
		b.open("th", "").attr("scope", "col").text(h).close()
	}
	b.close().close().open("tbody", "")
}

func classList(b *builder, e *proto.EqualInfo) {
	b.el("p", "", e.Text)
	if len(e.Classes) == 0 {
		b.el("p", "card-empty", "No two messages were found to be equal.")
		return
	}
	table(b, "Groups of equal messages", "Message", "Copies", "Peers", "Bytes", "Text")
	for i := range e.Classes {
		c := &e.Classes[i]
		if i == mostCopies {
			break
		}
		b.open("tr", "").open("td", "").button("link", "class:"+num(c.Class), c.Title).close().
			el("td", "num", num(c.Copies)).el("td", "num", num(c.Peers)).el("td", "num", num(c.Len)).el("td", "", classKind(c.Kind)).close()
	}
	b.close().close()
	more(b, len(e.Classes))
}

func classPage(b *builder, e *proto.EqualInfo) {
	b.open("p", "conf").text(classKind(e.Kind)).close()
	for _, t := range [...]string{e.Text, e.How, e.Header} {
		if t != "" {
			b.el("p", "card-doc", t)
		}
	}
	if len(e.Plain) > 0 {
		b.el("h3", "", "Text").open("p", "raw").el("span", "mono", view.HexRun(e.Plain, 256)).close()
	} else if e.Kind != "confirmed" {
		b.el("h3", "", "Text").el("p", "", "Unknown: without the key it cannot be read, only compared.")
	}
	b.el("h3", "", "Copies")
	b.open("div", "copies")
	table(b, "Copies", "Packet", "Time", "From", "To", "Id", "CRC")
	for i := range e.Copies {
		if i == mostCopies {
			break
		}
		c := &e.Copies[i]
		b.open("tr", "").open("td", "").button("link", "packet:"+num(c.Packet), num(c.Packet)).close()
		for _, t := range [...]string{c.When, c.From, c.To, c.ID, c.CRC} {
			b.el("td", "mono", t)
		}
		b.close()
	}
	b.close().close().close()
	more(b, len(e.Copies))
	if n := len(e.Peers); n > 0 {
		b.open("details", "").el("summary", "", "Sent to "+view.Plural(n, "host"))
		b.open("p", "mono")
		for i, p := range e.Peers {
			if i == mostCopies {
				break
			}
			b.text(p + " ")
		}
		b.close().close()
	}
	b.open("p", "card-links").button("link", "class:0", "All groups of equal messages").close()
}

func more(b *builder, n int) {
	if n > mostCopies {
		b.el("p", "dialog-note", "and "+view.Count(uint64(n-mostCopies))+" more")
	}
}
