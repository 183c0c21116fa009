package model

// next are the steps that each step may go on to: in its own routine, and the
// first ones of the routines that it calls. A routine that returns goes on at
// the step that its caller's frame names. The steps that are not listed end
// their task, or return. Tests hold it to the source and to runs.
var next = [NumSteps][]Step{
	mfRaise:  {mfLock, mfQueue},
	mfQueue:  {mfTake},
	mfTake:   {mfLock},
	mfLock:   {mfLookup},
	mfLookup: {mfUnlock, fmLock, dpTest, dpOps},

	dpTest:  {dpMark},
	dpMark:  {dpOps},
	dpOps:   {dpCheck, pmCall, dpDone, gkLock, oopsed},
	dpCheck: {dpDone, gkLock},

	gkLock:   {gkMark, gkSleep, gkNext, gkRelock, oopsed},
	gkRelock: {gkMark, gkSleep, gkLock},
	gkSleep:  {gkLock},
	gkMark:   {gkUnlock, kpLock, gkLock, gkNext},
	gkUnlock: {gkNext},
	gkNext:   {gkLock},

	fmLock:  {fmSplit, fmUnlock},
	fmSplit: {fmUnlock, kpLock, kpFind, apBmap},

	pmCall: {pmReturn, dvEnter, blGetSuper},

	dvEnter:  {dvAlive},
	dvAlive:  {dvNext, dvExit, bdRead},
	dvNext:   {dvNext, dvRecord, dvResult, bdRead, dvExit},
	dvRecord: {dvNext},
	dvResult: {dvNext},

	bdRead: {bdReturn, xfEnter, oopsed},

	blGetSuper: {blReturn, blDrop, xfEnter},
	blDrop:     {blReturn},

	xfEnter:     {xfRole, xfTranslate, xfReturn, oopsed},
	xfRole:      {xfRmapbt, xfShutdown, xfReturn},
	xfTranslate: {xfRole, xfReturn},
	xfRmapbt:    {xfGroup, xfFreeze, xfReturn},
	xfFreeze:    {xfGroup},
	xfShutdown:  {xfReturn},

	xfGroup:     {xfGroup, xfAgf, xfDecide, oopsed},
	xfAgf:       {xfAgfRead},
	xfAgfRead:   {xfQuery, xfGroup, xfDecide},
	xfQuery:     {xfQuery, xfAgfUnlock, xfQueried, ffIget},
	xfQueried:   {xfQuery, xfAgfUnlock},
	xfAgfUnlock: {xfKill},
	xfKill:      {xfKill, ffIget, xfAgf, xfGroup, xfDecide},
	xfDecide:    {xfShutdown, xfReturn},

	ffIget:     {ffDispatch},
	ffDispatch: {ffIrele, krNext, gmNext},

	krNext:   {krNext, krLock},
	krLock:   {krCheck, krSleep, krNext},
	krSleep:  {krLock},
	krCheck:  {krUnlock, kpLock},
	krUnlock: {krNext},

	kpLock:   {kpFind, kpUnlock},
	kpFind:   {kpFind, kpAdd, kpUnlock},
	kpAdd:    {kpFind},
	kpUnlock: {kpUnmap, kpKill},
	kpUnmap:  {kpKill, kpDone},
	kpKill:   {kpKill, kpUnmap, kpDone},

	apBmap:      {apAgf, apKill},
	apAgf:       {apQuery},
	apQuery:     {apQuery, apAgfUnlock},
	apAgfUnlock: {apKill},
	apKill:      {apKill, gmNext},

	gmNext:   {gmNext, gmLock},
	gmLock:   {gmCheck},
	gmCheck:  {gmDrop, kpLock, gmUnlock},
	gmDrop:   {gmUnlock},
	gmUnlock: {gmNext},

	ftStart:    {ftMmaplock, ftFreeze, ftEnd},
	ftFreeze:   {ftMmaplock},
	ftMmaplock: {ftUnlock, fdEntry, pcFind},
	ftUnlock:   {ftEnd},

	fdEntry:  {fdIlock, fdSleep},
	fdSleep:  {fdEntry},
	fdIlock:  {fdAgf, fdMapped},
	fdAgf:    {fdShared, fdMapped},
	fdShared: {fdMapped},
	fdMapped: {fdDirect, fdUnlock},

	fdDirect:   {fdInsert, fdCopy, fdEnd},
	fdCopy:     {fdInsert, fdPte, fdEnd},
	fdInsert:   {fdPte, fdCopyLate, fdEnd},
	fdCopyLate: {fdPte, fdEnd},
	fdPte:      {fdEnd},
	fdEnd:      {fdUnlock, fdEnded, ceIlock},
	fdEnded:    {fdUnlock, fdPteLate},
	fdPteLate:  {fdUnlock},

	ceIlock: {ceAgf, ueBmap, ceUnlock},
	ceAgf:   {ceRemap},
	ceRemap: {ceUnlock},

	pcFind: {pcLock, pcRead},
	pcLock: {pcMap, pcRead, pcFind},
	pcRead: {pcMap, pcUnlock},
	pcMap:  {pcUnlock},

	ueBmap:       {ueAgf},
	ueAgf:        {ueRmapDelete},
	ueRmapDelete: {ueRmapInsert},
	ueRmapInsert: {ueRefcount},

	trIolock:   {trMmaplock},
	trMmaplock: {trUnmap, trUnlock},
	trUnmap:    {trDrain},
	trDrain:    {trDrain, trSleep, trIlock},
	trSleep:    {trDrain},
	trIlock:    {trExtent, ueBmap},
	trExtent:   {trExtent, ueBmap, trUnlock},
	trUnlock:   {raIolock},

	raIolock: {raIlock},
	raIlock:  {raAgf},
	raAgf:    {raMap},

	rlIolock:    {rlIolock2},
	rlIolock2:   {rlMmaplock},
	rlMmaplock:  {rlMmaplock2},
	rlMmaplock2: {rlPrep, rlUnlock},
	rlPrep:      {rlDrain},
	rlDrain:     {rlDrain, rlSleep, rlIlock},
	rlSleep:     {rlDrain},
	rlIlock:     {rlIlock2},
	rlIlock2:    {rlAgf, ueBmap},
	rlAgf:       {rlMap, rlUnlock},
	rlMap:       {rlUnlock},

	mpStart: {mpIget},
	mpIget:  {mpIget, mpLink, mpUnlock},
	mpLink:  {mpUnlock},

	muStart:  {muZap},
	muZap:    {muUnlink},
	muUnlink: {muUnlock},

	fkStart: {fkVma},
	fkVma:   {fkCopy},
	fkCopy:  {fkVma, fkTask},

	exStart:  {exZap},
	exZap:    {exUnlink},
	exUnlink: {exUnlink, exTask},

	evStart:  {evDrain},
	evDrain:  {evDrain, evSleep, evDone},
	evSleep:  {evDrain},
	evDone:   {evFree, evIlock},
	evIlock:  {evExtent, ueBmap},
	evExtent: {evExtent, ueBmap, evFree},

	mtStart:  {mtClaim},
	mtClaim:  {mtOps, mtFail},
	mtOps:    {mtBorn},
	mtBorn:   {mtReplay},
	mtReplay: {mtReplay, dvEnter},

	unStart:  {unEvict, unDying},
	unDying:  {unPut, unDrain},
	unEvict:  {unDying, unDrain},
	unDrain:  {unGroups},
	unGroups: {unFree, unPut},

	unPut:  {unPut2},
	unPut2: {unSrcu, unFree, unEvict},
	unSrcu: {unFree, unEvict},

	ubStart:    {ubNotify, ubDead},
	ubNotify:   {ubDead, ubSweep, dvEnter},
	ubDead:     {ubSrcu},
	ubSrcu:     {ubGone, ubNotify},
	ubSweep:    {ubDead, ubDetach, gkLock},
	ubDetach:   {ubSrcu},
	ubGone:     {ubMarkDead},
	ubMarkDead: {ubMarkDead, ubPgmap},

	wtIolock:   {wtDirect, wtDrain, fdIlock},
	wtDirect:   {wtCopy, wtUnlock},
	wtCopy:     {wtEnd, wtMmaplock, wtUnlock},
	wtMmaplock: {wtUnmap, wtEnd},
	wtUnmap:    {wtDrain},
	wtDrain:    {wtDrain, wtSleep, wtDirect, wtEnd},
	wtSleep:    {wtDrain},
	wtEnd:      {wtUnlock, ceIlock},

	lfFail:   {lfReport},
	lfReport: {lfReport, dvEnter},

	fzFreeze: {fzThaw},
}

// shows are the flags that a step can show, but for those that only claim
// something: ObsTouched and ObsOverrun, and what is shown of calls.
var shows = [NumSteps]ObsFlags{
	mfRaise:    ObsRaised,
	mfQueue:    ObsReturned,
	mfUnlock:   ObsReturned,
	bdRead:     ObsCallback,
	xfEnter:    ObsCallback,
	xfReturn:   ObsCallbackEnd,
	xfAgfRead:  ObsAGFError,
	ffIrele:    ObsReported,
	kpAdd:      ObsStarved,
	kpKill:     ObsSignal | ObsLost,
	ftStart:    ObsRefused,
	fdDirect:   ObsRefused,
	fdCopy:     ObsRefused,
	fdPte:      ObsRefused,
	fdPteLate:  ObsRefused,
	fdCopyLate: ObsRefused,
	mtReplay:   ObsRaised | ObsReturned,
	ubStart:    ObsRaised,
	ubGone:     ObsRemoved | ObsReturned,
	lfFail:     ObsRaised,
	lfReport:   ObsReturned,
}

// Leads are the steps that may follow st in its routine, and those that begin
// the routines it may call.
func (st Step) Leads() []Step { return next[st] }

// Shows are the flags that the step may show, but for ObsTouched, ObsOverrun
// and those of calls.
func (st Step) Shows() ObsFlags { return shows[st] }
