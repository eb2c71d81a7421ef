package story

// Times are in nanoseconds, sizes in bytes of payload.
const (
	millisecond = int64(1e6)
	second      = int64(1e9)
)

// What phases are made of, and who published the number. "Ours" is our own choice.
const (
	groupGap      = 30 * second // ours: what comes within this time of its like is told together
	answerTime    = 10 * second // Adami et al. 2009, §2.1: U4 comes within 10 s of U1
	redirectTime  = 10 * second // ours: who is contacted first within this time may stem from a list
	resendMore    = 5           // Ehlert & Petgang 2006, §5.1: U3 is 5 bytes longer than U1
	bootstrapPort = 33033       // Baset & Schulzrinne 2004, §4.2.3
	eventPort     = 12350       // measured on the SkypeIRC capture

	blockedHosts = 5  // ours: that many hosts asked and no datagram back looks like blocked UDP
	blockedSure  = 30 // Baset & Schulzrinne 2004, §4.2: a client asks 30 nodes before it believes so

	natPings     = 5          // measured on the SkypeIRC capture: five pings to one node
	natSpan      = 2 * second // the same: within 0.35 to 1.6 s
	rhythmLeast  = 3          // ours: pings to one node until a rhythm can be told; so few are weak
	rhythmShare  = 5          // ours: a gap may differ from the middle one by a fifth of it
	rhythmGap    = second     // ours: shorter gaps are no rhythm
	publishPeers = 3          // ours: equal copies, acked, to so many nodes are a publication
	publishLeast = 34         // Baset & Schulzrinne 2004, §4.2.4.2: 34 and 44 bytes; 346 in the SkypeIRC capture

	turnPause      = 5 * second // ours: a side that pauses longer begins something new
	handshakeFirst = 14         // T1: seed and hello; Baset & Schulzrinne 2004, Ehlert & Petgang 2006, SkypeIRC
	keptTurns      = 5          // T5, or R5 on port 443: the client goes on; Ehlert & Petgang 2006, §6
	refusedReply   = 339        // T4 of a refusal; Ehlert & Petgang 2006, §6
	keptReply      = 57         // T4 of a supernode that takes the client is longer; the same
	acceptTime     = 30 * second
	afterLoss      = 60 * second // ours: a new supernode within this time replaces the lost one

	refreshSize = 97          // Baset & Schulzrinne 2004, §4.6
	refreshBack = 4           // the same
	refreshGap  = 60 * second // the same
	refreshSlip = 5 * second  // ours

	voiceRate      = 10          // datagrams in a second from which it is media; ours, far below the 33 to 140 published
	voiceSeconds   = 3           // ours: so many such seconds make a stretch
	voicePackets   = 100         // Bonfiglio et al. 2007, §4.3.1: more datagrams than that
	talkGap        = 3           // seconds; Adami et al. 2009, §3.1: each less than 3 s after the one before
	filePackets    = 95          // Adami et al. 2009, §3.1: more than that before the directions are compared
	holdLow        = 2           // Baset & Schulzrinne 2004, §4.5.2: 3 a second on average; at least
	holdHigh       = 8           // and at most, both directions together
	holdSeconds    = 3           // ours
	overlapSeconds = 5           // ours: calls that run at the same time for so long are one conference
	tcpBytes       = 40 * 1000   // Adami et al. 2009, §3.2: a call over TCP carries more than 40 kB
	tcpMeanLow     = 30          // the naive filter quoted by Bonfiglio et al. 2007, §2: 30 to 300;
	tcpMeanHigh    = 600         // Adami et al. 2009, §3.2: up to 600
	tcpSeconds     = 10          // the naive filter quoted by Bonfiglio et al. 2007, §2
	tcpPings       = 4           // Adami et al. 2009, §3.2: more than 4 segments of 4 bytes
	setupTime      = 60 * second // ours: signalling this long before the first voice belongs to it
	setupLook      = 20000       // ours: events looked back at for it
	signalLow      = 400         // Baset & Schulzrinne 2004, figures 9 to 11: 479, 528 and 946 bytes
	signalHigh     = 1100        // the same
	byeTime        = 10 * second // ours: how long after the voice a call is torn down
	byeOut         = 17          // Baset & Schulzrinne 2004, figure 12
	byeBack        = 14          // the same
	byeRun         = 6           // Adami et al. 2009, §3.2: more than 6 segments of 19 bytes
	tracePort      = 33435       // measured on the SkypeIRC capture
	hour           = int64(3600) * second
)

// Bounds of a story.
const (
	MaxPhases  = 400 // phases
	MaxRoles   = 200 // roles
	maxPackets = 64  // packets of a phase
	maxProof   = 8   // packets of a reason
	maxOfKind  = 60  // phases of one kind
	maxWho     = 32  // hosts of a phase
	maxFlows   = 256 // flows of a phase or role
	maxOpen    = 32  // questions of a flow that wait for an answer at a time
)
