package skype

import (
	"net/netip"

	"somscope/decoder/field"
)

// A Host is one entry of a host cache: a supernode the client knew.
type Host struct {
	Addr  netip.AddrPort
	Class uint32 // 2 and 4 were seen; what they mean nobody has said
	First int64  // seconds since 1970: of the first or last success
	Last  int64  // seconds since 1970, not before First: last seen or tried
	Fails uint32 // mostly 0: failures, or a flag
	Has   uint8  // bit n: the object with id n was there

	Range field.Range // of the entry in its buffer
}

// Whole reports whether all five objects were there.
func (h *Host) Whole() bool { return h.Has&0x1f == 0x1f }

// Hosts finds the entries in a tree that ReadList or ReadObjects grew as ListHostCache, or as
// ListHost when the tree holds a single entry. An entry without an address is left out. With
// several objects of one id in an entry the last one counts.
func Hosts(root *field.Node) []Host {
	var list []Host
	field.Walk(root, func(n *field.Node, _ int) bool {
		if n.Spec != &specList {
			return true
		}
		h := Host{Range: n.Range}
		for i := range n.Kids {
			if o := &n.Kids[i]; o.Spec == &specObject {
				h.take(o)
			}
		}
		if h.Has&1 != 0 {
			list = append(list, h)
		}
		return h.Has == 0
	})
	return list
}

// take notes the value of one object of an entry.
func (h *Host) take(o *field.Node) {
	if len(o.Kids) < 3 || o.Kids[1].Spec != &specHostEntryID || o.Err != nil {
		return
	}
	id, _ := o.Kids[1].Value.Num()
	v := &o.Kids[2]
	if id == 0 {
		if v.Spec != &specFileAddress || len(v.Kids) != 2 {
			return
		}
		ip, _ := v.Kids[0].Value.IP()
		port, _ := v.Kids[1].Value.Num()
		h.Addr, h.Has = netip.AddrPortFrom(ip, uint16(port)), h.Has|1
		return
	}
	if v.Spec != &specNumber && v.Spec != &specUnixTime {
		return
	}
	n, ok := v.Value.Num()
	if ns, timed := v.Value.Nanos(); timed {
		n, ok = uint64(ns/1e9), true
	}
	if !ok {
		return
	}
	switch id {
	case 1:
		h.Class = uint32(n)
	case 2:
		h.First = int64(n)
	case 3:
		h.Last = int64(n)
	case 4:
		h.Fails = uint32(n)
	default:
		return
	}
	h.Has |= 1 << id
}

// Named counts the objects of a tree, at any depth, whose id and type are known in a context: what
// tells a list that was found by trial from chance.
func Named(root *field.Node, ctx ListContext) (n int) {
	table := ctx.table()
	field.Walk(root, func(o *field.Node, _ int) bool {
		if o.Spec == &specObject && len(o.Kids) > 2 && o.Err == nil && o.Kids[1].Spec == table.spec {
			typ, _ := o.Kids[0].Value.Num()
			id, _ := o.Kids[1].Value.Num()
			if x := table.find(id, uint8(typ)); x != nil && x.typ == uint8(typ) {
				n++
			}
		}
		return true
	})
	return n
}
