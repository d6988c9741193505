using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>Orders the assignments that an edge makes to its target's parameters, all of which happen at once.</summary>
internal static class ParallelCopy
{
    /// <summary>One assignment; a null target or source stands for the temporary of that type.</summary>
    public readonly record struct Move(BlockParameter? Target, Value? Source, IrType Type);

    /// <summary>Moves that can be made one after the other; a temporary is used where parameters exchange their values.</summary>
    public static List<Move> Sequence(Edge edge)
    {
        var pending = new List<(BlockParameter Target, Value Source)>();
        for (var i = 0; i < edge.Arguments.Length; i++)
        {
            if (!ReferenceEquals(edge.Target.Parameters[i], edge.Arguments[i]))
            {
                pending.Add((edge.Target.Parameters[i], edge.Arguments[i]));
            }
        }

        var moves = new List<Move>();
        var saved = new Dictionary<Value, int>();
        while (pending.Count > 0)
        {
            var free = pending.FindIndex(copy => !pending.Exists(other => ReferenceEquals(other.Source, copy.Target)));
            if (free >= 0)
            {
                moves.Add(new Move(pending[free].Target, pending[free].Source, pending[free].Target.Type));
                pending.RemoveAt(free);
                continue;
            }

            // Only cycles are left: park one value, finish its cycle, fetch it.
            var (target, _) = pending[0];
            moves.Add(new Move(null, target, target.Type));
            var reader = pending.FindIndex(copy => ReferenceEquals(copy.Source, target));
            var last = pending[reader].Target;
            pending.RemoveAt(reader);
            for (var next = target; !ReferenceEquals(next, last);)
            {
                var index = pending.FindIndex(copy => ReferenceEquals(copy.Target, next));
                var (to, from) = pending[index];
                moves.Add(new Move(to, from, to.Type));
                pending.RemoveAt(index);
                next = (BlockParameter)from;
            }

            moves.Add(new Move(last, null, last.Type));
        }

        return moves;
    }
}
