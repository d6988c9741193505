using System.Text;
using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

// Control flow as loops and conditions. Methods that emit text return whether control may run off its end, to the block that stands behind
// it (`next`); everything else leaves by return, continue, break or, over more than one level, by a jump forward.
internal sealed partial class OpenCLEmitter
{
    private readonly HashSet<Block> _labels = [];
    private readonly HashSet<Block> _openLoops = [];
    private readonly HashSet<Block> _continueLabels = [];
    private ControlStructure _structure = null!;

    /// <param name="Header">The innermost loop, where continue leads.</param>
    /// <param name="Follow">What stands behind it, where break leads.</param>
    /// <param name="InSwitch">A break here would only leave a switch.</param>
    private readonly record struct Surroundings(Block? Header, Block? Follow, bool InSwitch);

    private void EmitStructured(ControlFlow flow)
    {
        _structure = new ControlStructure(flow);
        EmitTree(_function.Entry, null, default);
    }

    // A block and all that is placed under it.
    private bool EmitTree(Block block, Block? next, Surroundings around)
    {
        if (_labels.Contains(block))
        {
            _body.Append($"b{block.Id}:;\n");
        }

        if (!_structure.IsLoop(block))
        {
            return EmitBlock(block, next, around);
        }

        var exits = _structure.Exits(block);
        Line("for (;;) {");
        _depth++;
        _openLoops.Add(block);
        EmitBlock(block, block, new Surroundings(block, exits.Count > 0 ? exits[0] : next, InSwitch: false));
        _openLoops.Remove(block);
        if (_continueLabels.Contains(block))
        {
            _body.Append($"c{block.Id}:;\n");
        }

        _depth--;
        Line("}");
        return EmitSequence(exits, next, around, true);
    }

    private bool EmitBlock(Block block, Block? next, Surroundings around)
    {
        EmitInstructions(block);
        var joins = _structure.Joins(block);
        var falls = EmitTerminator(block.Terminator, joins.Count > 0 ? joins[0] : next, around);
        return EmitSequence(joins, next, around, falls);
    }

    private bool EmitSequence(List<Block> blocks, Block? next, Surroundings around, bool falls)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            falls = EmitTree(blocks[i], i + 1 < blocks.Count ? blocks[i + 1] : next, around);
        }

        return falls;
    }

    private bool EmitTerminator(Terminator terminator, Block? next, Surroundings around)
    {
        switch (terminator.Kind)
        {
            case TerminatorKind.Branch:
                return EmitEdge(terminator.Edges[0], next, around);
            case TerminatorKind.Conditional:
                return EmitConditional(Use(terminator.Condition!), terminator.Edges[0], terminator.Edges[1], next, around);
            case TerminatorKind.Switch:
                Line($"switch ({Use(terminator.Condition!)}) {{");
                for (var i = 0; i < terminator.Edges.Length; i++)
                {
                    Line(CaseLabel(terminator, i));
                    _depth++;
                    if (EmitEdge(terminator.Edges[i], next, around with { InSwitch = true }))
                    {
                        Line("break;");
                    }

                    _depth--;
                }

                Line("}");
                return true;
            default:
                Line("return;");
                return false;
        }
    }

    private bool EmitConditional(string condition, Edge yes, Edge no, Block? next, Surroundings around)
    {
        var (whenTrue, trueFalls) = Capture(yes, next, around);
        var (whenFalse, falseFalls) = Capture(no, next, around);

        // A side that never comes back needs no else.
        if (whenTrue.Length == 0 || (!falseFalls && trueFalls))
        {
            return EmitIf($"!{condition}", whenFalse, whenTrue) || trueFalls;
        }

        if (whenFalse.Length == 0 || !trueFalls)
        {
            return EmitIf(condition, whenTrue, whenFalse) || falseFalls;
        }

        Line($"if {Parenthesised(condition)} {{");
        _body.Append(whenTrue);
        Line("} else {");
        _body.Append(whenFalse);
        Line("}");
        return true;
    }

    // `if (condition) { first } rest`, the rest one level further out.
    private bool EmitIf(string condition, string first, string rest)
    {
        if (first.Length > 0)
        {
            Line($"if {Parenthesised(condition)} {{");
            _body.Append(first);
            Line("}");
        }

        if (rest.Length > 0)
        {
            _body.Append(rest.Replace("\n    ", "\n").AsSpan(rest.StartsWith(' ') ? 4 : 0));
        }

        return rest.Length == 0;
    }

    // Compilers take two pairs around a comparison for a slip.
    private static string Parenthesised(string condition)
    {
        var open = 0;
        for (var i = 0; i < condition.Length - 1; i++)
        {
            open += condition[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (open == 0)
            {
                return $"({condition})";
            }
        }

        return condition[^1] == ')' ? condition : $"({condition})";
    }

    private (string Text, bool Falls) Capture(Edge edge, Block? next, Surroundings around)
    {
        var outer = _body;
        _body = new StringBuilder();
        _depth++;
        var falls = EmitEdge(edge, next, around);
        _depth--;
        var text = _body.ToString();
        _body = outer;
        return (text, falls);
    }

    private bool EmitEdge(Edge edge, Block? next, Surroundings around)
    {
        EmitMoves(edge);
        var to = edge.Target;
        if (to == next)
        {
            return true;
        }

        if (to is { Instructions.Count: 0, Terminator.Kind: TerminatorKind.Return })
        {
            Line("return;");
        }
        else if (to == around.Header)
        {
            Line("continue;");
        }
        else if (_openLoops.Contains(to))
        {
            Jump("c", to, _continueLabels);
        }
        else if (_structure.IsInline(to))
        {
            return EmitTree(to, next, around);
        }
        else if (to == around.Follow && !around.InSwitch)
        {
            Line("break;");
        }
        else
        {
            Jump("b", to, _labels);
        }

        return false;
    }

    private void Jump(string prefix, Block to, HashSet<Block> wanted)
    {
        wanted.Add(to);
        Line($"goto {prefix}{to.Id};");
    }
}
