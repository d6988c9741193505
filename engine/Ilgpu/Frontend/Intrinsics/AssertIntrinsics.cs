using ILGPU.IR;

namespace ILGPU.Frontend.Intrinsics;

/// <summary>Debug.Assert, Trace.Assert and the views' own assertions: checked where the target checks, otherwise nothing.</summary>
internal static class AssertIntrinsics
{
    public static bool Translate(IntrinsicCall call)
    {
        switch (call.Name)
        {
            case "Assert":
                Assert(call, call.Ir.IsNonZero(call.Scalar(0)), "assertion failed");
                return true;
            case "AssertAligned":
                Assert(call, call.Ir.IsNonZero(call.Scalar(0)), "the view is not aligned as it should be");
                return true;
            case "Fail":
                Assert(call, Constant.Bool(false), "failure reported");
                return true;
            default:
                // Tracing output has no place to go.
                return call.Method.ReturnType == typeof(void);
        }
    }

    private static void Assert(IntrinsicCall call, Value condition, string fallback)
    {
        if (!call.Kernel.Options.CheckBounds)
        {
            return;
        }

        var text = call.Arguments.Select(argument => argument.Payload).OfType<string>().FirstOrDefault() ?? fallback;
        call.Ir.Emit(new Instruction(Opcode.Assert, IrType.Void, condition) { Text = text, Location = call.Ir.Location });
    }
}
