using ILGPU.IR;
using ILGPU.IR.Passes;
using ILGPU.IR.Ranges;

namespace ILGPU.Backends;

/// <summary>
/// Runs the passes in order, dumping after each. Verifying each takes a third of the time; what the back ends get is verified always.
/// </summary>
internal sealed class PassPipeline(KernelFunction function, KernelDump? dump, string dumpName, bool verifyEach)
{
    // A decided branch can make the next one constant: sizes computed through several conditions take a few rounds.
    private const int MostConstantRounds = 4;

    private int _step;

    public void Run(string name, Action<KernelFunction> pass, bool isMilestone = false)
    {
        pass(function);
        if (verifyEach || isMilestone)
        {
            Verifier.Verify(function, name);
        }

        dump?.Stage(dumpName, _step++, name, function, isMilestone);
    }

    /// <summary>The cheap clean-up that every larger transformation is followed by.</summary>
    public void CleanUp()
    {
        Run("simplify", Simplification.Run);
        Run("control-flow", ControlFlowSimplification.Run);
        Run("dead-code", DeadCodeElimination.Run);
    }

    /// <summary>Constants and SSA: what every target wants, and what finds out whether allocations have known sizes.</summary>
    /// <returns>The first allocation without a constant size, or null.</returns>
    public Instruction? ToSsa()
    {
        Verifier.Verify(function, "translation");
        dump?.Stage(dumpName, _step++, "translated", function, isMilestone: true);
        Run("control-flow", ControlFlowSimplification.Run);
        Instruction? unresolved = null;
        for (var round = 0; round < MostConstantRounds; round++)
        {
            Run("registers", MemoryToRegisters.Run);
            CleanUp();
            Run("allocations", f => unresolved = ResolveAllocations.Run(f));
            if (unresolved is null)
            {
                break;
            }
        }

        return unresolved;
    }

    /// <summary>Everything that makes device code fast.</summary>
    /// <param name="limits">What every launch keeps.</param>
    /// <param name="mostUnrolled">Instructions that a loop may become when it is unrolled for speed alone.</param>
    /// <param name="isLast">Whether nobody optimises loops after us: the compilers of OpenCL do, the assembler of PTX does not.</param>
    public void Optimize(LaunchLimits limits, int mostUnrolled, bool isLast)
    {
        Run("registers", MemoryToRegisters.Run);
        CleanUp();
        Run("common-subexpressions", CommonSubexpressions.Run);
        Run("loop-invariants", LoopInvariants.Run);
        for (var round = 0; round < LoopUnrolling.MostRounds; round++)
        {
            var unrolled = false;
            Run("unroll", f => unrolled = LoopUnrolling.Run(f, mostUnrolled));
            if (!unrolled)
            {
                break;
            }

            CleanUp();
            Run("registers", MemoryToRegisters.Run);
            CleanUp();
        }

        Run("common-subexpressions", CommonSubexpressions.Run);

        // Branches still say here what holds behind them; the next pass makes selects of the short ones.
        Run("ranges", f => RangeSimplification.Run(f, limits));
        CleanUp();
        Run("quotients", QuotientReuse.Run);
        Run("if-conversion", IfConversion.Run);
        CleanUp();
        if (isLast)
        {
            // Behind if-conversion: branches that are selects by now cost less than a second loop.
            var unswitched = false;
            Run("unswitch", f => unswitched = LoopUnswitching.Run(f));
            if (unswitched)
            {
                Run("registers", MemoryToRegisters.Run);
                CleanUp();
            }

            Run("partial-unrolling", PartialUnrolling.Run);
            CleanUp();
            Run("common-subexpressions", CommonSubexpressions.Run);
            Run("invariant-addresses", f => InvariantAddresses.Run(f, limits));
        }

        // From here on the simplifier, which joins what is split, stays out.
        Run("split-offsets", SplitOffsets.Run);
        Run("loop-invariants", LoopInvariants.Run);
        Run("common-subexpressions", CommonSubexpressions.Run);
        Run("control-flow", ControlFlowSimplification.Run);
        Run("dead-code", DeadCodeElimination.Run);
    }

    /// <summary>
    /// For the lanes of vectors, before <see cref="Vectorize"/>: products become as narrow as what is wanted of them, and sums that differ
    /// in their order alone become one.
    /// </summary>
    public void NarrowAndJoin()
    {
        Run("narrow-products", NarrowProducts.Run);
        Run("operand-order", OperandOrder.Run);
        Run("common-subexpressions", CommonSubexpressions.Run);
    }

    /// <summary>For a target that keeps values at synchronisations in memory; behind <see cref="Vectorize"/>.</summary>
    public void Sink()
    {
        Run("sink-addresses", SinkAddresses.Run);
        Run("dead-code", DeadCodeElimination.Run, isMilestone: true);
    }

    /// <summary>Neighbouring accesses become vector accesses; after this nothing else may touch memory instructions.</summary>
    public void Vectorize()
    {
        Run("vector-access", VectorAccess.Run);
        Run("dead-code", DeadCodeElimination.Run, isMilestone: true);
    }
}
