using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

// Control flow that is no nest of loops and conditions: every block is a label.
internal sealed partial class OpenCLEmitter
{
    private void EmitJumps()
    {
        for (var i = 0; i < _function.Blocks.Count; i++)
        {
            var block = _function.Blocks[i];
            _body.Append($"b{block.Id}:;\n");
            EmitInstructions(block);
            EmitJumps(block.Terminator, i + 1 < _function.Blocks.Count ? _function.Blocks[i + 1] : null);
        }
    }

    private void EmitJumps(Terminator terminator, Block? next)
    {
        switch (terminator.Kind)
        {
            case TerminatorKind.Branch:
                EmitJump(terminator.Edges[0], next);
                break;
            case TerminatorKind.Conditional:
                Line($"if ({Use(terminator.Condition!)}) {{");
                _depth++;
                EmitJump(terminator.Edges[0], null);
                _depth--;
                Line("}");
                EmitJump(terminator.Edges[1], next);
                break;
            case TerminatorKind.Switch:
                Line($"switch ({Use(terminator.Condition!)}) {{");
                for (var i = 0; i < terminator.Edges.Length; i++)
                {
                    Line(CaseLabel(terminator, i));
                    _depth++;
                    EmitJump(terminator.Edges[i], null);
                    _depth--;
                }

                Line("}");
                break;
            default:
                Line("return;");
                break;
        }
    }

    private static string CaseLabel(Terminator terminator, int edge) => edge + 1 < terminator.Edges.Length ? $"case {edge}:" : "default:";

    private void EmitJump(Edge edge, Block? next)
    {
        EmitMoves(edge);
        if (edge.Target != next)
        {
            Line($"goto b{edge.Target.Id};");
        }
    }
}
