//go:build js && wasm

package main

import (
	"strconv"
	"strings"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The card explains the selected field: what it is, how it is written, what the
// sources say, how we know, where it is written.

func newCard() {
	at, pane := el("card"), el("pane-card")
	last, packet := -1, uint64(0)
	subscribeFields(onTree|onNode|onReady|onRows|onStory, func(what topic) {
		if what&^(onRows|onProgress|onPick) == 0 && s.node() != nil {
			return // rows change only what is said when nothing is chosen
		}
		card().into(at)
		if now := treeID(s.Tree); s.Node != last || what&onTree != 0 && (now == 0 || now != packet) {
			last, packet = s.Node, now
			paintTop(int32(pane))
		}
	})
}

// shownPacket is the packet of the tree, 0 for none.
func shownPacket() uint32 {
	if s.Tree == nil {
		return 0
	}
	return s.Tree.Packet
}

// treeID tells trees apart: which packet, block or piece one is about; 0: there is none.
func treeID(t *proto.Tree) uint64 {
	switch {
	case t == nil:
		return 0
	case t.File != 0:
		return 1<<63 | uint64(t.File)<<32 | uint64(t.Piece)
	case t.Packet == 0:
		return 1<<32 | uint64(t.Block)
	}
	return uint64(t.Packet)
}

func card() *builder {
	b := &builder{}
	n := s.node()
	if n == nil {
		switch {
		case s.Tab == view.TabFile && s.Local != 0:
			b.el("p", "card-empty", "Choose a piece of the file above, then a field or a byte, to see what it means.")
		case s.Tab == view.TabFile:
			b.el("p", "card-empty", "Choose a block of the file above to see what it says.")
		case s.Progress.Packets == 0 && !s.Progress.Done:
			b.el("p", "card-empty", "Reading …")
		case s.Progress.Packets == 0:
			b.el("p", "card-empty", "This file holds no packets. The tab File shows what it does hold.")
		case s.Tab == view.TabStory:
			b.el("p", "card-empty", "Choose a phase to see its first packet, then a field or a byte of it.")
		default:
			b.el("p", "card-empty", "Choose a packet above, then a field or a byte, to see what it means.")
			if first := num(s.Progress.SkypeFirst); s.Progress.Done && s.Progress.SkypeFirst > 0 {
				b.open("p", "card-doc").button("button", "packet:"+first, "First Skype packet ("+first+")").close()
			}
			if s.Progress.Deep.Voices > 0 {
				b.open("p", "card-doc").button("button", "tab:media", view.Plural(int(s.Progress.Deep.Voices), "stream")+" of voice").close()
			}
			for _, x := range shelf() {
				if x.name == s.File.Sample && x.look != "" {
					b.el("p", "card-doc", x.says)
					b.open("p", "card-doc").open("a", "").attr("href", x.look).text("Show me the place to begin").close().close()
				}
			}
		}
		return b
	}
	p := spec(n)
	data := s.data(n.Range.Buf)
	heading := p.Label
	if v := valueOf(n); v != "" {
		heading += ": " + cut(v, 120)
	}
	b.el("h2", "", heading)
	place := view.Place(n) + " · " + view.Size(n)
	if n.Range.Len == 0 && p.Skype && n.Err == "" {
		place = "known from elsewhere in the capture"
	}
	b.el("p", "card-place", p.Name+" · "+place)
	if n.Go != "" {
		b.open("p", "card-doc").button("button", goes(n.Go), "Go there").close()
	}
	if !masked(n) {
		cardBits(b, n, data)
	}
	if p.Doc != "" {
		b.el("p", "card-doc", p.Doc)
	}
	if p.Term != "" {
		if name, text := term(p.Term); text != "" {
			b.open("details", "card-term").el("summary", "", "What is meant by “"+name+"”?").el("p", "", text).close()
		}
	}
	if n.Note != "" && !masked(n) {
		b.el("p", "card-note", n.Note)
	}
	if n.Err != "" {
		b.el("p", "card-err", "⚠ "+n.Err+" (at byte "+view.Hex16(int(n.ErrOff))+" of these bytes)")
	}
	if s.Tree.Host != "" && strings.Contains(p.Name, "seed") {
		cardPublic(b)
	}
	cardReadings(b, n, p)
	leaf := s.Node < len(s.Leaf) && s.Leaf[s.Node]
	if leaf {
		if list := view.Notations(n, p, data); len(list) > 0 && !p.Private {
			b.el("h3", "", "Written otherwise").open("dl", "pairs")
			for _, x := range list {
				b.el("dt", "", x.Label).el("dd", "mono", x.Text)
			}
			b.close()
		}
	}
	t := view.Trust(p.Trust)
	b.open("p", "card-trust").el("span", "trust trust-"+strconv.Itoa(int(min(p.Trust, 4))), t.Mark+" "+t.Word).text(": " + t.Means + ".").close()
	if len(p.Cites) > 0 {
		cites(b, p.Cites)
	}
	if raw, hidden := rawBytes(n, 256); hidden || raw != "" {
		b.el("h3", "", "Bytes")
		if hidden {
			b.el("p", "card-note", "Some of these bytes tell one user from all others. They are starred out, and stay so when copied.")
			b.button("button", "unveil", "Show them")
		} else {
			b.open("div", "raw").el("span", "mono", raw)
			b.button("button", "copy-raw", "Copy").close()
			if p.Private && (s.Tree.File == 0 || !s.Bare) {
				b.button("button", "unveil", "Star them out")
			}
		}
	}
	if m := mark(n); leaf && m < view.MarkLow {
		b.el("p", "card-cites", "In the bytes: "+view.MarkWord(m)+".")
	}
	if len(s.Tree.Links) > 0 {
		b.el("h3", "", "Belongs together").open("ul", "together")
		for i := range s.Tree.Links {
			l := &s.Tree.Links[i]
			b.open("li", "").button("link", "packet:"+num(l.Packet), "Packet "+num(l.Packet)).text(" " + l.Text)
			if l.Doubt {
				b.text(" (not proven)")
			}
			b.close()
		}
		b.close()
	}
	if s.Tree.Flow != 0 {
		b.open("p", "card-links")
		b.button("link", "flow:"+num(s.Tree.Flow), "Flow "+view.Count(uint64(s.Tree.Flow))+" of this packet (f)")
		if n := num(s.Tree.Stream); s.Tree.Stream != 0 {
			b.button("link", "stream:"+n, "Stream "+n+" of voice").button("link", "listen:"+n, "Listen")
		}
		mentions(b, s.Tree.Packet, s.Tree.Flow)
		b.close()
	}
	return b
}

// rawBytes writes the bytes a field has bits in, at most so many of each run,
// with a dot where bytes between them are left out; hidden: some are starred out.
func rawBytes(n *proto.Node, most int) (text string, hidden bool) {
	data := s.data(n.Range.Buf)
	for _, x := range view.Spans(n) {
		if hides(n.Range.Buf, x) {
			return "", true
		}
		if x.To > len(data) {
			break
		}
		if text != "" {
			text += " · "
		}
		text += view.HexRun(data[x.From:x.To], most)
	}
	return text, false
}

func num(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// cardBits draws the bits of a field that is shorter than nine bytes and no group.
func cardBits(b *builder, n *proto.Node, data []byte) {
	if s.Node >= len(s.Leaf) || !s.Leaf[s.Node] {
		return
	}
	boxes := view.Boxes(n, data)
	if boxes == nil {
		return
	}
	words := "Bits: "
	for i, box := range boxes {
		if i > 0 {
			words += " "
		}
		for _, bit := range box.Bits {
			switch {
			case !bit.In:
				words += "·"
			case bit.One:
				words += "1"
			default:
				words += "0"
			}
		}
	}
	class := "bits"
	if len(boxes) > 2 {
		class = "bits many"
	}
	b.open("div", class).attr("role", "img").attr("aria-label", words)
	for _, box := range boxes {
		b.open("span", "bits-byte")
		if len(n.More) > 0 { // not side by side: each says which byte it is
			b.el("span", "bits-at", view.Hex16(box.At))
		}
		for _, bit := range box.Bits {
			class, digit := "bit", "0"
			if !bit.In {
				class = "bit out"
			}
			if bit.One {
				digit = "1"
			}
			b.el("span", class, digit)
		}
		b.close()
	}
	b.close()
}

// cardReadings shows what each source says, side by side, after our verdict.
func cardReadings(b *builder, n *proto.Node, p *proto.Spec) {
	any := false
	for _, ours := range [2]bool{true, false} {
		for i := range p.Readings {
			r := &p.Readings[i]
			if r.Ours != ours || !view.Applies(r, n) {
				continue
			}
			if !any {
				any = true
				b.el("h3", "", "What the sources call it").open("dl", "pairs readings")
			}
			where := r.Cite.Where
			if ours {
				b.el("dt", "ours", "Our verdict")
				if r.Cite.Key != "somscope" {
					from := sourceShort(r.Cite.Key)
					if where != "" {
						from += ", "
					}
					where = from + where
				}
			} else {
				b.el("dt", "", sourceShort(r.Cite.Key))
			}
			says, class := r.Says, ""
			if where != "" {
				says += " (" + where + ")"
			}
			if ours {
				class = "ours"
			}
			b.el("dd", class, says)
		}
	}
	if any {
		b.close()
	}
}

// cites lists where it is written.
func cites(b *builder, list []proto.Cite) {
	b.open("ul", "card-cites").attr("aria-label", "Sources")
	for _, c := range list {
		title, _ := source(c.Key)
		b.open("li", "")
		cite(b, c, title)
		b.close()
	}
	b.close()
}

// cite names a source and the place in it; its name leads there.
func cite(b *builder, c proto.Cite, name string) {
	if _, href := source(c.Key); href != "" {
		b.open("a", "").attr("href", href).attr("rel", "noopener noreferrer").attr("target", "_blank").text(name).close()
	} else {
		b.text(name)
	}
	if c.Where != "" {
		b.text(", " + c.Where)
	}
}

// shortCites names sources as in running text, in one line.
func shortCites(b *builder, list []proto.Cite) {
	if len(list) == 0 {
		return
	}
	b.open("span", "cites").text("Sources: ")
	for i, c := range list {
		if i > 0 {
			b.text("; ")
		}
		cite(b, c, sourceShort(c.Key))
	}
	b.close()
}

// packetLinks lists packets as links, at most 24 of them; all is how many there are.
func packetLinks(b *builder, list []uint32, all int) {
	if len(list) == 0 {
		return
	}
	b.open("span", "packets").text("Packets: ")
	for i, n := range list {
		if i == 24 {
			break
		}
		b.button("link", "packet:"+num(n), num(n)).text(" ")
	}
	if more := max(all, len(list)) - min(len(list), 24); more > 0 {
		b.text("and " + view.Count(uint64(more)) + " more")
	}
	b.close()
}
