package story

import (
	"fmt"
	"strings"
)

func tellSearch(t *teller) {
	t.pick(func(x *exchange, c *conv) bool { return x.out && x.ask == askSearch }, func(near int32, xs []int32) {
		d := t.begin(near)
		var none, found, fragmented, frags, bytes, silent int
		classes := map[uint32]bool{}
		loose := 0
		sure := false
		for _, i := range xs {
			d.exchange(i)
			x := &t.exch[i]
			sure = sure || x.sure
			if x.equal != 0 {
				classes[x.equal] = true
			} else {
				loose++
			}
			switch {
			case x.frags > 0:
				fragmented++
				frags += int(x.frags)
				bytes += int(x.fragBytes)
			case x.reply < 0:
				silent++
			case t.in.Events[x.reply].What == NotFound:
				none++
			default:
				found++
			}
		}
		text := fmt.Sprintf("%s asked %s about users with %s", t.name(near), t.ends(t.convsOf(xs), "node"), plural(len(xs), "request"))
		if n := len(classes); n > 0 && loose == 0 && len(xs) > n {
			text += fmt.Sprintf(", which are copies of %s", plural(n, "text"))
		}
		say := func(n int, what string) string {
			if n == 0 {
				return ""
			}
			return fmt.Sprintf("%d %s", n, what)
		}
		unanswered := ""
		switch {
		case silent == 1 && len(xs) == 1:
			unanswered = "it was not answered"
		case silent == len(xs):
			unanswered = "none was answered"
		case silent == 1:
			unanswered = "1 was not answered"
		case silent > 1:
			unanswered = fmt.Sprintf("%d were not answered", silent)
		}
		big := ""
		if fragmented > 0 {
			big = fmt.Sprintf("%d brought a long answer in %s of %s in all", fragmented, plural(frags, "fragment"), volume(uint64(bytes)))
		}
		text += ": " + list(say(none, "brought the answer “none”"), say(found, "brought another answer"), big, unanswered)
		confidence, doubt := "strong", "The request itself cannot be read; that it is a search is told from its answer"
		switch {
		case sure && none > 0:
			confidence = "certain"
		case !sure && fragmented == len(xs):
			doubt = "Neither the questions nor the answers can be read; only searches are known to bring such long answers"
		case !sure:
			confidence = "weak"
		}
		d.emit(confidence, text, doubt)
	})
}

func tellPublish(t *teller) {
	// Copies are counted over the whole capture; the groups may be parts of it.
	peers := map[uint32]map[int32]bool{}
	sure := map[uint32]bool{}
	for i := range t.exch {
		x := &t.exch[i]
		if x.out && x.ask == askPublish && x.equal != 0 {
			if peers[x.equal] == nil {
				peers[x.equal] = map[int32]bool{}
			}
			peers[x.equal][t.convs[x.conv].far] = true
			sure[x.equal] = sure[x.equal] || x.sure
		}
	}
	t.pick(func(x *exchange, c *conv) bool { return x.out && x.ask == askPublish }, func(near int32, xs []int32) {
		d := t.begin(near)
		classes := map[uint32]bool{}
		var acked, sends, size int
		read := false
		for _, i := range xs {
			x := &t.exch[i]
			d.exchange(i)
			classes[x.equal] = true
			sends++
			if x.req >= 0 {
				size = max(size, t.in.Events[x.req].Len)
			}
			if x.ack >= 0 {
				acked++
			}
			read = read || x.sure
		}
		delete(classes, 0)
		spread := 0
		for k := range classes {
			spread = max(spread, len(peers[k]))
		}
		hosts := t.hostsOf(xs, every)
		text := fmt.Sprintf("%s sent %s of up to %s one way to %s", t.name(near), plural(sends, "record"), plural(size, "byte"), t.ends(t.convsOf(xs), "node"))
		if len(classes) > 0 && spread >= 2 {
			text += fmt.Sprintf(", in equal copies of %s", plural(len(classes), "text"))
		}
		text += fmt.Sprintf("; %s", acks(acked, sends))
		confidence, doubt := "weak", "That these records announce the user's presence is our reading"
		if spread >= publishPeers || read || hosts >= publishPeers && acked >= publishPeers {
			confidence = "strong"
		} else {
			doubt += "; so few of them may be anything"
		}
		d.emit(confidence, text, doubt)
	})
}

func acks(acked, sent int) string {
	switch {
	case acked == 0:
		return "none was acknowledged"
	case acked == sent && sent == 1:
		return "it was acknowledged with an Ack of 11 bytes"
	case acked == sent:
		return "all were acknowledged with Acks of 11 bytes"
	}
	return fmt.Sprintf("%d of them were acknowledged with Acks of 11 bytes", acked)
}

// isList reports the command that fetches a list of nodes.
func (t *teller) isList(x *exchange) bool {
	for _, i := range [...]int32{x.req, x.reply} {
		if i >= 0 && listsNodes(t.in.Events[i].Name) {
			return true
		}
	}
	return false
}

// listsNodes reports whether a command's name is that of 44, "fetch node list", or its answer.
func listsNodes(name string) bool {
	return strings.Contains(name, "node list") || strings.Contains(name, "command 44") || strings.Contains(name, "command 45")
}

// fetches are the exchanges that fetch node lists, and their unread copies.
func (t *teller) fetches() map[int32]bool {
	classes := map[uint32]bool{}
	for i := range t.exch {
		if x := &t.exch[i]; x.equal != 0 && t.isList(x) {
			classes[x.equal] = true
		}
	}
	is := map[int32]bool{}
	for i := range t.exch {
		x := &t.exch[i]
		if x.out && (x.ask == askOther || x.ask == askUnknown) && (t.isList(x) || x.equal != 0 && classes[x.equal]) {
			is[int32(i)] = true
		}
	}
	return is
}

func tellNodeList(t *teller) {
	is := t.fetches()
	t.pick(func(x *exchange, c *conv) bool { return is[t.number(x)] }, func(near int32, xs []int32) {
		d := t.begin(near)
		answered, lo, hi := 0, int(^uint(0)>>1), 0
		sure := false
		for _, i := range xs {
			d.exchange(i)
			x := &t.exch[i]
			sure = sure || x.sure
			if x.reply >= 0 {
				answered++
				n := t.in.Events[x.reply].Len
				lo, hi = min(lo, n), max(hi, n)
			}
		}
		text := fmt.Sprintf("%s asked %s for other nodes", t.name(near), t.ends(t.convsOf(xs), "node"))
		switch {
		case answered == 0:
			text += " and got no answer"
		case lo == hi:
			text += fmt.Sprintf(" and got %s of %s", plural(answered, "answer"), plural(hi, "byte"))
		default:
			text += fmt.Sprintf(" and got %s of %d to %s", plural(answered, "answer"), lo, plural(hi, "byte"))
		}
		confidence := "weak"
		if sure {
			confidence = "strong"
		}
		d.emit(confidence, text, "What the answers hold is compressed; that they list nodes is told from their size")
	})
}

func tellExchange(t *teller) {
	is := t.fetches()
	_, _, special := t.pings()
	t.pick(func(x *exchange, c *conv) bool {
		if !x.out || x.ask != askOther && x.ask != askUnknown || c.farPort() == eventPort || isLong(x) || t.hosts[c.near].shy {
			return false
		}
		n := t.number(x)
		return !is[n] && !special[n] && (x.reply >= 0 || x.ack >= 0) && x.frags == 0
	}, func(near int32, xs []int32) {
		d := t.begin(near)
		names, answered := map[string]bool{}, 0
		var words []string
		var inLo, inHi, outLo, outHi = int(^uint(0) >> 1), 0, int(^uint(0) >> 1), 0
		sure := true
		for _, i := range xs {
			d.exchange(i)
			x := &t.exch[i]
			sure = sure && x.sure
			for _, e := range [...]int32{x.req, x.reply} {
				if e < 0 {
					continue
				}
				ev := &t.in.Events[e]
				if e == x.req {
					outLo, outHi = min(outLo, ev.Len), max(outHi, ev.Len)
				} else {
					answered++
					inLo, inHi = min(inLo, ev.Len), max(inHi, ev.Len)
				}
				if ev.Sure && ev.Name != "" && !names[ev.Name] {
					names[ev.Name] = true
					words = append(words, ev.Name)
				}
			}
		}
		text := fmt.Sprintf("%s put %s of another kind to %s", t.name(near), plural(len(xs), "question"), t.ends(t.convsOf(xs), "host"))
		if len(xs) == 1 {
			text = fmt.Sprintf("%s put a question of another kind to %s", t.name(near), t.ends(t.convsOf(xs), "host"))
		}
		each := ""
		if len(xs) > 1 {
			each = " each"
		}
		if outHi > 0 {
			text += fmt.Sprintf(", of %s%s", sizes(outLo, outHi), each)
		}
		if inHi > 0 {
			text += fmt.Sprintf(", and got %s of %s%s", plural(answered, "answer"), sizes(inLo, inHi), each)
		} else {
			text += ", and got nothing but an Ack"
		}
		if len(words) > 0 {
			text += "; read were " + list(words[:min(len(words), 4)]...)
		}
		confidence, doubt := "strong", "What was not read may be anything; Adami et al. call any such pair a ping"
		if sure && len(words) > 0 {
			doubt = ""
		}
		d.emit(confidence, text, doubt)
	})
}

// sizes is "18 bytes" or "18 to 31 bytes".
func sizes(lo, hi int) string {
	if lo == hi {
		return plural(hi, "byte")
	}
	return fmt.Sprintf("%d to %s", lo, plural(hi, "byte"))
}
