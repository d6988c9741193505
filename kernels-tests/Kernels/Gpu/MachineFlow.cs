namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>The ways through a kernel's machine code: which instructions can follow which.</summary>
internal sealed class MachineFlow
{
    private const int Branch = 0x947, Exit = 0x94D, BranchToRegister = 0x949, Call = 0x944, Return = 0x950;

    private const int Always = 7;

    private readonly List<int>[] _next, _previous;

    public MachineFlow(IReadOnlyList<MachineInstruction> code, int sm)
    {
        Code = code;
        _next = [.. code.Select((instruction, place) => Followers(instruction, place, sm))];
        _previous = [.. code.Select(_ => new List<int>())];
        for (var i = 0; i < code.Count; i++)
        {
            foreach (var next in _next[i])
            {
                _previous[next].Add(i);
            }
        }
    }

    public IReadOnlyList<MachineInstruction> Code { get; }

    /// <summary>The places where a kernel can end.</summary>
    public IReadOnlySet<int> Exits =>
        Enumerable.Range(0, Code.Count).Where(i => Code[i].Opcode == Exit).ToHashSet();

    /// <summary>The places that can follow, themselves included.</summary>
    /// <param name="avoided">places that the ways don't lead through</param>
    public HashSet<int> From(IEnumerable<int> places, IReadOnlySet<int>? avoided = null) => Walk(places, _next, avoided);

    /// <summary>The places that can come before, themselves included.</summary>
    /// <inheritdoc cref="From"/>
    public HashSet<int> To(IEnumerable<int> places, IReadOnlySet<int>? avoided = null) => Walk(places, _previous, avoided);

    /// <summary>The whole loop that has most instructions of some kinds, with the loops in it.</summary>
    public HashSet<int> LoopWithMost(params int[] opcodes)
    {
        HashSet<int> most = [], seen = [];
        var count = 0;
        for (var i = 0; i < Code.Count; i++)
        {
            if (opcodes.Contains(Code[i].Opcode) && !seen.Contains(i))
            {
                var loop = From([i]);
                loop.IntersectWith(To([i]));
                seen.UnionWith(loop);
                var found = loop.Count > 1 ? loop.Count(place => opcodes.Contains(Code[place].Opcode)) : 0;
                (most, count) = found > count ? (loop, found) : (most, count);
            }
        }

        return most;
    }

    private static HashSet<int> Walk(IEnumerable<int> places, List<int>[] steps, IReadOnlySet<int>? avoided)
    {
        var seen = places.ToHashSet();
        var waiting = new Stack<int>(seen);
        while (waiting.TryPop(out var place))
        {
            foreach (var step in steps[place])
            {
                if (avoided?.Contains(step) != true && seen.Add(step))
                {
                    waiting.Push(step);
                }
            }
        }

        return seen;
    }

    private List<int> Followers(MachineInstruction instruction, int place, int sm)
    {
        if (instruction.Opcode is BranchToRegister or Call or Return)
        {
            throw new NotSupportedException($"instruction {place} goes where only a run can tell: {instruction.Low:x16}");
        }

        var followers = new List<int>();
        var goesOn = true;
        if (instruction.Opcode == Branch)
        {
            followers.Add(instruction.Target(place, sm));
            goesOn = instruction.Condition != Always || instruction.SecondCondition != Always;
        }
        else if (instruction.Opcode == Exit)
        {
            goesOn = instruction.Condition != Always;
        }

        if (goesOn && place + 1 < Code.Count)
        {
            followers.Add(place + 1);
        }

        return followers;
    }
}
