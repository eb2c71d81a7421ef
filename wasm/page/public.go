//go:build js && wasm

package main

import (
	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The public address of a host, which the user may know better.

// cardPublic offers to enter the public address of the sender.
func cardPublic(b *builder) {
	h := s.Tree.Host
	now := ""
	for _, x := range s.Publics {
		if x.Host == h {
			now = x.Addr
		}
	}
	b.open("form", "public").open("label", "").attr("for", "public").text("Enter the public address of "+h).close().
		open("input", "").attr("id", "public").attr("type", "text").attr("inputmode", "decimal").attr("autocomplete", "off").attr("spellcheck", "false").attr("value", now).attr("aria-describedby", "public-note").close().
		open("button", "button").attr("type", "submit").attr("data-do", "public").text("Use it").close().
		open("p", "public-note").attr("id", "public-note").attr("role", "status").close().close()
	if now != "" {
		b.el("p", "card-note", "The seed is worked out for "+now+", as you have said. An empty address takes it back.")
	}
}

// enterPublic takes what has been typed into the form of the card.
func enterPublic() {
	addr := ""
	for _, t := range view.Parts(value("public"), ' ') { // as it may have been pasted
		addr += t
	}
	if addr != "" && !view.IsIPv4(addr) {
		el("public-note").text("This is not an IPv4 address: four numbers from 0 to 255 with dots between them.")
		el("public").focus()
		return
	}
	setPublic(view.Public{Host: s.Tree.Host, Addr: addr})
	later(true)
}

// setPublic notes the public address of a host and tells the engine.
func setPublic(x view.Public) {
	kept := s.Publics[:0:0]
	for _, p := range s.Publics {
		if p.Host != x.Host {
			kept = append(kept, p)
		} else if p == x {
			return // it knows
		}
	}
	if x.Addr != "" {
		kept = append(kept, x)
	}
	s.Publics = kept
	sendPublic(x)
}

func sendPublic(x view.Public) {
	ask(askRows, &proto.Request{Public: &proto.PublicAsk{Host: x.Host, Public: x.Addr, Packet: max(s.Packet, 1)}}, func(r *proto.Reply) {
		switch {
		case r.Err != nil:
			notify(sentence(r.Err), false)
		case r.Tree != nil && s.Tree != nil && r.Tree.Packet == s.Tree.Packet && s.Tree.Packet != 0:
			grown(r.Tree)
		}
	})
}

func says(all []view.Public, host string) bool {
	for _, x := range all {
		if x.Host == host {
			return true
		}
	}
	return false
}
