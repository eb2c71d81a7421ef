package main

import (
	"fmt"
	"strconv"

	"somscope/decoder"
	"somscope/decoder/field"
)

// dump prints the annotated bytes of one packet or block, or of all packets.
func dump(p *printer, c *decoder.Capture, o options) error {
	if o.block != 0 {
		if n := len(c.Blocks()); o.block > uint(n) {
			p.complain("there is no block %d: beside its packets the file has %d %s", o.block, n, plural(n, "block"))
			return errUsage
		}
		tree, err := c.Block(int(o.block - 1))
		if err != nil {
			p.complain("block %d: %s", o.block, explain(err))
			return errPart
		}
		if !o.private {
			tree.Redact()
		}
		return p.tree(tree, "block "+strconv.FormatUint(uint64(o.block), 10), o.json)
	}
	from, to := uint(1), uint(c.Len())
	if o.packet != 0 {
		if o.packet > to {
			p.complain("there is no packet %d, %d were read", o.packet, to)
			return errUsage
		}
		from, to = o.packet, o.packet
	}
	part := p.deepen(c, !o.quick)
	for n := from; n <= to; n++ {
		tree, err := c.Dissect(uint32(n - 1))
		if err != nil {
			p.complain("packet %d: %s", n, explain(err))
			part = errPart
			continue
		}
		if !o.private {
			tree.Redact()
		}
		if n > from && !o.json {
			p.out.WriteByte('\n')
		}
		if err := p.tree(tree, fmt.Sprintf("packet %d", n), o.json); err != nil {
			return err
		}
	}
	return part
}

// tree prints one dissection.
func (p *printer) tree(tree *field.Dissection, title string, json bool) error {
	if json {
		p.line = tree.AppendJSON(p.line)
		return p.end()
	}
	p.line = append(p.line, title...)
	if err := p.end(); err != nil {
		return err
	}
	return field.Dump(p.out, tree)
}
