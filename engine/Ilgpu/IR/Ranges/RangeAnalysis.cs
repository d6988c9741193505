namespace ILGPU.IR.Ranges;

/// <summary>
/// The intervals of a function's integers: what each can be wherever it is defined, and what is left of that at a place which branches
/// lead to. Loops are solved by widening what grows and looking again at what the guards leave of it.
/// </summary>
public sealed class RangeAnalysis
{
    // A loop's counters are widened from this round on; until then constants and short chains settle by themselves.
    private const int FirstWidening = 1;
    private const int NarrowingRounds = 2;

    // How far a question about a value goes on to its operands, and to what its guards compare it with.
    private const int Deepest = 3;

    private readonly ControlFlow _flow;
    private readonly LaunchLimits _limits;
    private readonly FactScopes _scopes;
    private readonly Interval[] _ranges;
    private readonly int[] _homes;
    private readonly bool[] _isKnown;

    /// <summary>Numbers the function's values anew.</summary>
    public RangeAnalysis(KernelFunction function, LaunchLimits limits)
    {
        _limits = limits;
        var count = function.Renumber();
        _flow = new ControlFlow(function);
        _scopes = new FactScopes(_flow);
        (_ranges, _homes, _isKnown) = (new Interval[count], new int[count], new bool[count]);
        for (var block = 0; block < _flow.Order.Length; block++)
        {
            foreach (var parameter in _flow.Order[block].Parameters)
            {
                _homes[parameter.Id] = block;
            }

            foreach (var instruction in _flow.Order[block].Instructions)
            {
                _homes[instruction.Id] = block;
            }
        }

        for (var round = 0; Sweep(widens: round >= FirstWidening, narrows: false); round++)
        {
        }

        for (var round = 0; round < NarrowingRounds && Sweep(widens: false, narrows: true); round++)
        {
        }
    }

    /// <summary>What an integer or bool can be where it is defined.</summary>
    public Interval Of(Value value) => value switch
    {
        Constant constant => Interval.Of(constant.Bits),
        KernelArgument argument => argument.Range,
        _ => _ranges[value.Id],
    };

    /// <summary>What an integer or bool can be at the end of a block that its definition reaches.</summary>
    public Interval Of(Value value, Block block) => At(value, _scopes.In(_flow.Index(block)), Deepest);

    /// <summary>Whether a comparison of integers is decided in a block: true, false, or null.</summary>
    public bool? Decide(Instruction compare, Block block)
    {
        var scope = _scopes.In(_flow.Index(block));
        var condition = (Condition)compare.Kind;
        var (a, b) = (BranchFact.Narrow(compare.Operands[0]), BranchFact.Narrow(compare.Operands[1]));
        if (Ordered(condition, At(a, scope, Deepest), At(b, scope, Deepest)) is { } decided)
        {
            return decided;
        }

        if (!_scopes.IsMentioned(a) || !_scopes.IsMentioned(b))
        {
            return null;
        }

        for (; scope is not null; scope = scope.Outer)
        {
            foreach (var fact in scope.Facts)
            {
                if (fact.Decides(condition, a, b) is { } holds)
                {
                    return holds;
                }
            }
        }

        return null;
    }

    /// <summary>What a comparison says of any two numbers of the intervals: true, false, or null if that depends on the numbers.</summary>
    public static bool? Ordered(Condition condition, Interval a, Interval b)
    {
        // Numbers of one sign have the same order with and without it.
        if (condition >= Condition.LtUn)
        {
            if (a.IsNotNegative != b.IsNotNegative || (!a.IsNotNegative && (a.High >= 0 || b.High >= 0)))
            {
                return null;
            }

            condition -= Condition.LtUn - Condition.Lt;
        }

        return condition switch
        {
            Condition.Eq => a.IsConstant && a == b ? true : a.High < b.Low || b.High < a.Low ? false : null,
            Condition.Ne => a.IsConstant && a == b ? false : a.High < b.Low || b.High < a.Low ? true : null,
            Condition.Lt => a.High < b.Low ? true : a.Low >= b.High ? false : null,
            Condition.Le => a.High <= b.Low ? true : a.Low > b.High ? false : null,
            Condition.Gt => a.Low > b.High ? true : a.High <= b.Low ? false : null,
            _ => a.Low >= b.High ? true : a.High < b.Low ? false : null,
        };
    }

    // One pass over the function; values before the first block parameter that changes keep what they have.
    private bool Sweep(bool widens, bool narrows)
    {
        var changed = false;
        for (var block = 0; block < _flow.Order.Length; block++)
        {
            var parameters = _flow.Order[block].Parameters;
            for (var i = 0; i < parameters.Count; i++)
            {
                if (Interval.HasIntervals(parameters[i].Type))
                {
                    changed |= Meet(parameters[i], Incoming(block, i), widens, narrows);
                }
            }

            if (changed || !IsEvaluated(block))
            {
                EvaluateBlock(block);
            }
        }

        return changed;
    }

    private bool IsEvaluated(int block) => _flow.Order[block].Instructions is not [.., var last] || _isKnown[last.Id];

    private void EvaluateBlock(int block)
    {
        var scope = _scopes.In(block);
        foreach (var instruction in _flow.Order[block].Instructions)
        {
            _isKnown[instruction.Id] = true;
            if (Interval.HasIntervals(instruction.Type))
            {
                _ranges[instruction.Id] = Evaluate(instruction, scope, 1);
            }
        }
    }

    private Interval? Incoming(int block, int parameter)
    {
        Interval? result = null;
        var target = _flow.Order[block];
        var last = -1;
        foreach (var from in _flow.Predecessors(block))
        {
            // A block that comes here twice is listed twice.
            if (from == last)
            {
                continue;
            }

            last = from;
            var edges = _flow.Order[from].Terminator.Edges;
            for (var e = 0; e < edges.Length; e++)
            {
                if (edges[e].Target != target || !IsKnown(edges[e].Arguments[parameter]))
                {
                    continue;
                }

                var value = At(edges[e].Arguments[parameter], _scopes.On(from, e), Deepest - 1);
                result = result?.Union(value) ?? value;
            }
        }

        return result;
    }

    private bool IsKnown(Value value) => value is Constant or KernelArgument || _isKnown[value.Id];

    private bool Meet(BlockParameter parameter, Interval? incoming, bool widens, bool narrows)
    {
        if (incoming is not { } now)
        {
            return false;
        }

        var before = _ranges[parameter.Id];
        if (_isKnown[parameter.Id])
        {
            if (!narrows)
            {
                now = now.Union(before);
            }

            if (now == before)
            {
                return false;
            }

            if (widens)
            {
                now = Widen(before, now, Interval.All(parameter.Type));
            }
        }

        _isKnown[parameter.Id] = true;
        _ranges[parameter.Id] = now;
        return true;
    }

    private static Interval Widen(Interval before, Interval now, Interval all) => new(
        now.Low == before.Low ? now.Low : now.Low >= 0 ? 0 : all.Low,
        now.High == before.High ? now.High : all.High);

    private Interval At(Value value, FactScope? scope, int depth)
    {
        var known = Of(value);
        if (value is Constant || known.IsConstant || scope is null)
        {
            return known;
        }

        if (value.Type == IrType.Bool)
        {
            return _scopes.IsMentioned(value) ? Truth(value, scope, known) : known;
        }

        // Guards on what it was made from say more of it here than where it was made.
        if (depth > 1 && value is Instruction { IsPure: true, Operands.Length: > 0 } instruction && _scopes.In(_homes[value.Id]) != scope)
        {
            known = known.Intersect(Evaluate(instruction, scope, depth - 1));
        }

        if (depth == 0 || !_scopes.IsMentioned(value))
        {
            return known;
        }

        for (; scope is not null; scope = scope.Outer)
        {
            foreach (var fact in scope.Facts)
            {
                if (fact.Mentions(value))
                {
                    known = fact.Refine(value, known, At(ReferenceEquals(fact.A, value) ? fact.B : fact.A, scope.Outer, depth - 1));
                }
            }
        }

        return known;
    }

    private static Interval Truth(Value value, FactScope? scope, Interval known)
    {
        for (; scope is not null; scope = scope.Outer)
        {
            foreach (var (condition, holds) in scope.Decided)
            {
                if (ReferenceEquals(condition, value))
                {
                    return Interval.Of(holds ? 1 : 0);
                }
            }
        }

        return known;
    }

    private Interval Evaluate(Instruction i, FactScope? scope, int depth)
    {
        var all = Interval.All(i.Type);
        if (_limits.Of(i) is { } bound)
        {
            return bound;
        }

        switch (i.Opcode)
        {
            case >= Opcode.Add and <= Opcode.MulHighU:
                var a = At(i.Operands[0], scope, depth);
                return IntervalArithmetic.Of(i.Opcode, i.Type, a, i.Operands.Length > 1 ? At(i.Operands[1], scope, depth) : a);
            case Opcode.Compare when i.Operands[0].Type.IsInteger():
                return Ordered((Condition)i.Kind, At(i.Operands[0], scope, depth), At(i.Operands[1], scope, depth)) is { } decided
                    ? Interval.Of(decided ? 1 : 0)
                    : all;
            case Opcode.Select:
                return At(i.Operands[1], scope, depth).Union(At(i.Operands[2], scope, depth));
            case Opcode.Convert when Interval.HasIntervals(i.Operands[0].Type):
                return IntervalArithmetic.Convert((Conversion)i.Kind, i.Type, At(i.Operands[0], scope, depth));
            case Opcode.Convert:
                return IntervalArithmetic.Convert((Conversion)i.Kind, i.Type, all);
            case Opcode.Math when i.Type.IsInteger() && Interval.HasIntervals(i.Operands[0].Type):
                var x = At(i.Operands[0], scope, depth);
                return IntervalArithmetic.Of((MathFunction)i.Kind, i.Type, x, i.Operands.Length > 1 ? At(i.Operands[1], scope, depth) : x);
            case Opcode.Load:
                return Interval.All(i.Memory);
            default:
                return all;
        }
    }
}
