package main

import (
	"encoding/hex"
	"net/netip"
	"strconv"

	"somscope/decoder"
	"somscope/decoder/oracle"
)

// classes prints the messages that are proven to say the same.
func classes(p *printer, c *decoder.Capture, o options) error {
	part := p.deepen(c, true)
	var w columns
	w.floor(3, 9, 6, 9, 9)
	all := c.Classes()
	for _, k := range all {
		peers := []string{}
		for _, e := range k.Peers {
			peers = append(peers, endText(e))
		}
		if o.json {
			j := begin(p.line)
			j.number("class", int64(k.Number))
			j.text("kind", k.Kind.String())
			j.number("copies", int64(len(k.Members)))
			j.number("len", int64(k.Len))
			j.number("rid_at", int64(k.RidAt))
			j.word("name", k.Name)
			j.word("text", hex.EncodeToString(k.Plain))
			j.texts("peers", peers)
			j.packets("packets", k.Members)
			j.text("how", k.How)
			p.line = j.end()
			if err := p.end(); err != nil {
				return err
			}
			continue
		}
		what := k.Name
		if what == "" {
			what = "text unknown"
		}
		differ := "exact copies"
		if k.RidAt >= 0 {
			differ = "but for the request id at " + strconv.Itoa(k.RidAt)
		}
		p.line = w.append(p.line, right(strconv.FormatUint(uint64(k.Number), 10)), left(k.Kind.String()),
			right(strconv.Itoa(len(k.Members))+" copies"), right(strconv.Itoa(k.Len)+" bytes"),
			right(strconv.Itoa(len(peers))+" peers"), left(differ+": "+what+inPackets(k.Members)))
		if err := p.end(); err != nil {
			return err
		}
	}
	p.nothing(len(all))
	return part
}

// endText is an address with its port.
func endText(e oracle.End) string { return netip.AddrPortFrom(e.Addr.Netip(), e.Port).String() }
