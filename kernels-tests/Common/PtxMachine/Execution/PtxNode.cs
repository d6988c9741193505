namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>The control flow of an instruction.</summary>
internal enum PtxFlow
{
    Next,
    Jump,
    Exit,

    /// <summary>The lanes of a warp execute it together (<see cref="PtxCollective"/>).</summary>
    Collective,
}

/// <summary>A decoded instruction with registers as slots. It executes for several lanes of a warp at once.</summary>
internal abstract class PtxNode
{
    /// <summary>The line of the PTX text.</summary>
    public int Line { get; set; }

    public string Text { get; set; } = "";

    /// <summary>The guard's predicate slot, or -1.</summary>
    public int Guard { get; set; } = -1;

    public bool IsNegated { get; set; }

    public virtual PtxFlow Flow => PtxFlow.Next;

    /// <param name="warp">The warp, with registers and memories.</param>
    /// <param name="lanes">The lanes whose guard holds; at least one.</param>
    public abstract void Execute(PtxWarp warp, uint lanes);

    public override string ToString() => $"line {Line}: {Text}";
}

/// <summary>bra, brx: a jump, with a target per lane.</summary>
internal abstract class PtxJump : PtxNode
{
    public sealed override PtxFlow Flow => PtxFlow.Jump;

    /// <summary>The target of a lane.</summary>
    public abstract int Target(PtxWarp warp, int lane);

    /// <summary>Whether all lanes have the same target.</summary>
    public virtual bool IsUniform => true;

    public override void Execute(PtxWarp warp, uint lanes)
    {
    }
}

/// <summary>ret and exit in a kernel.</summary>
internal sealed class PtxExit : PtxNode
{
    public override PtxFlow Flow => PtxFlow.Exit;

    public override void Execute(PtxWarp warp, uint lanes)
    {
    }
}

/// <summary>An instruction for which lanes wait for each other.</summary>
internal abstract class PtxCollective : PtxNode
{
    public sealed override PtxFlow Flow => PtxFlow.Collective;

    /// <summary>The lanes with which a lane executes, by its member mask; all live lanes for aligned instructions.</summary>
    public virtual uint Members(PtxWarp warp, int lane) => uint.MaxValue;
}
