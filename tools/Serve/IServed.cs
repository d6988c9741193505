namespace IlgpuGan.Serve;

/// <summary>What a request may call by its name.</summary>
internal interface IServed
{
    string Name { get; }

    /// <summary>What the interface says of it.</summary>
    object Describe();
}
