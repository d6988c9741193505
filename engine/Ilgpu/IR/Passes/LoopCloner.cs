namespace ILGPU.IR.Passes;

/// <summary>Writes a loop out as straight copies.</summary>
internal sealed class LoopCloner(KernelFunction function, ControlFlow flow, Loop loop, TripCount trip)
{
    /// <param name="escapes">Whether values of the loop are read outside of it.</param>
    public void Unroll(bool escapes)
    {
        if (escapes)
        {
            OutsideUses.KeepInMemory(function, flow, loop);
        }

        var header = flow.Order[loop.Header];
        var preheader = flow.Order[flow.Predecessors(loop.Header).Single(p => !loop.Body.Contains(p))];
        var entering = preheader.Terminator.Edges.Single(edge => edge.Target == header);
        var (incoming, back) = (entering.Arguments, entering);
        for (var turn = 0; turn <= trip.Turns; turn++)
        {
            var isLast = turn == trip.Turns;
            var (entry, returning) = new LoopTurn(function, flow, loop).Clone(incoming, trip.Exit, isLast == trip.LeavesIfTrue ? 0 : 1);
            (back.Target, back.Arguments) = (entry, []);
            if (!isLast)
            {
                (incoming, back) = (returning!.Arguments, returning);
            }

            // The last copy leaves before its way back, which is unreachable and dropped with the original.
            else if (returning is not null)
            {
                returning.Arguments = [];
            }
        }
    }
}
