using System.Reflection.Emit;
using ILGPU.IR;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU.Vectors;

/// <summary>Where values live: those that are the same in all lanes as scalars, all others as vectors.</summary>
internal sealed class VectorValues
{
    private readonly ILGenerator il;

    private readonly Divergence divergence;

    private readonly LaneCalls calls;

    private readonly Dictionary<Value, LocalBuilder> lanes = [];

    public VectorValues(ILGenerator il, ValueLocals scalars, Divergence divergence)
    {
        this.il = il;
        this.divergence = divergence;
        Scalars = scalars;
        calls = new(il);
    }

    /// <summary>The values that are the same in all lanes.</summary>
    public ValueLocals Scalars { get; }

    public bool IsUniform(Value value) => divergence.IsUniform(value);

    /// <summary>The type that a value lives in.</summary>
    public Type TypeOf(Value value) => IsUniform(value) ? ValueLocals.ClrType(value.Type) : LaneCalls.LaneType(value.Type);

    /// <summary>Pushes a vector, whatever the value lives in.</summary>
    public void LoadLanes(Value value)
    {
        if (IsUniform(value))
        {
            Scalars.Load(value);
            Broadcast(value.Type);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, LanesOf(value));
        }
    }

    /// <summary>Makes a vector of the scalar on the stack.</summary>
    public void Broadcast(IrType type) => calls.Operation($"Broadcast{type}");

    /// <summary>Pushes what the value lives in.</summary>
    public void Load(Value value)
    {
        if (IsUniform(value))
        {
            Scalars.Load(value);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, LanesOf(value));
        }
    }

    /// <summary>Stores what the value lives in.</summary>
    public void Store(Value value)
    {
        if (IsUniform(value))
        {
            Scalars.Store(value);
        }
        else
        {
            il.Emit(OpCodes.Stloc, LanesOf(value));
        }
    }

    /// <summary>Stores a vector in the lanes of a mask; the others keep what they have.</summary>
    public void StoreUnder(Value value, LocalBuilder mask)
    {
        LocalBuilder target = LanesOf(value);
        il.Emit(OpCodes.Ldloc, mask);
        il.Emit(OpCodes.Ldloc, target);
        calls.Generic("Blend", value.Type);
        il.Emit(OpCodes.Stloc, target);
    }

    private LocalBuilder LanesOf(Value value)
    {
        if (!lanes.TryGetValue(value, out LocalBuilder? local))
        {
            lanes[value] = local = il.DeclareLocal(LaneCalls.LaneType(value.Type));
        }

        return local;
    }
}
