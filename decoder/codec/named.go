package codec

import (
	"fmt"
	"time"

	"somscope/decoder/field"
)

// Codecs known by name and size only. Skype licensed the first three from Global IP Sound and
// wrote the last itself; nobody has published what their bits mean.
//
// Source: Bonfiglio et al. 2007, table 1; names as in programs that spoke them.

const whyNamed = " is known by name and size only: nobody has published what its bits mean, so it can be neither read nor heard."

var ipcmwb = &Codec{
	ID: IPCMWB, Name: "ipcmwb", Title: "iPCM-wb",
	Doc: "A wide-band codec of Global IP Sound with frames of varying size, one of those Skype could be set to.",
	RTP: "IPCMWB", Clock: 16000, Rate: 16000, Kbits: "80 (mean)",
	Frame:   10 * time.Millisecond,
	Why:     "iPCM-wb" + whyNamed,
	Disable: []string{"IPCMWB"},
	Trust:   field.Measured,
	Cite:    []field.Cite{{Key: "bon", Where: "table 1"}},
	Frames:  framesIPCM,
}

var eg711a = &Codec{
	ID: EG711A, Name: "eg711a", Title: "EG.711 A-law",
	Doc: "Global IP Sound's form of G.711 A-law that bears loss better, because a packet also tells of its neighbours; one of those Skype could be set to.",
	RTP: "EG711A", Clock: 8000, Rate: 8000, Kbits: "48, 56 or 64",
	Frame:   10 * time.Millisecond,
	Why:     "EG.711" + whyNamed,
	Disable: []string{"EG711A"},
	Trust:   field.Measured,
	Cite:    []field.Cite{{Key: "bon", Where: "table 1"}},
	Frames:  framesEG711,
}

var eg711u = &Codec{
	ID: EG711U, Name: "eg711u", Title: "EG.711 µ-law",
	Doc: "Global IP Sound's form of G.711 µ-law that bears loss better, because a packet also tells of its neighbours; one of those Skype could be set to.",
	RTP: "EG711U", Clock: 8000, Rate: 8000, Kbits: "48, 56 or 64",
	Frame:   10 * time.Millisecond,
	Why:     "EG.711" + whyNamed,
	Disable: []string{"EG711U"},
	Trust:   field.Measured,
	Cite:    []field.Cite{{Key: "bon", Where: "table 1"}},
	Frames:  framesEG711,
}

var svopc = &Codec{
	ID: SVOPC, Name: "svopc", Title: "SVOPC",
	Doc:   "Skype's first wide-band codec of its own, from about 2007 until SILK took its place in 2009.",
	Kbits: "about 20", Clock: 16000, Rate: 16000,
	Frame:  20 * time.Millisecond,
	Why:    "SVOPC" + whyNamed,
	Trust:  field.Inferred,
	Cite:   []field.Cite{{Key: "somscope"}},
	Frames: framesSVOPC,
}

// framesIPCM: the mean is 100 bytes for 10 ms, and a packet holds up to 40 ms; the size of one
// frame tells nothing of how many there are, so only SDP's ptime does.
func framesIPCM(p *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	switch {
	case n == 0:
		return 0, 0, whyEmpty, false
	case n > 4*640: // as much as uncompressed sound
		return 0, 0, fmt.Sprintf("%d bytes are more than 40 ms would need uncompressed", n), false
	}
	if p != nil && p.Ptime > 0 {
		return max(p.Ptime/10, 1), time.Duration(p.Ptime) * time.Millisecond, "", true
	}
	return 1, 0, "", true
}

// framesEG711: 60, 70 or 80 bytes for 10 ms, up to 40 ms a packet. Where that leaves more than
// one answer (240 bytes are three times 80 and four times 60), ptime decides, or nobody.
func framesEG711(p *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	if n == 0 {
		return 0, 0, whyEmpty, false
	}
	found := 0
	for _, size := range []int{80, 70, 60} {
		k := n / size
		if n%size != 0 || k < 1 || k > 4 {
			continue
		}
		if p != nil && p.Ptime == 10*k {
			return k, time.Duration(k) * 10 * time.Millisecond, "", true
		}
		if found != 0 && found != k {
			return found, 0, "", true
		}
		found = k
	}
	if found == 0 {
		return 0, 0, fmt.Sprintf("%s are not 1 to 4 frames of 60, 70 or 80 bytes", count(n, "byte")), false
	}
	return found, time.Duration(found) * 10 * time.Millisecond, "", true
}

func framesSVOPC(_ *Params, _ []byte, n int) (int, time.Duration, string, bool) {
	switch {
	case n == 0:
		return 0, 0, whyEmpty, false
	case n > 640: // as much as uncompressed sound
		return 0, 0, fmt.Sprintf("%d bytes are more than a frame of 20 ms would need uncompressed", n), false
	}
	return 1, 20 * time.Millisecond, "", true
}
